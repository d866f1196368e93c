"""The closed lists of words that REST v1 knows."""

EMAIL_STATUSES = (
    "UnengagedMarketable", "SingleOptIn", "DoubleOptin", "Confirmed", "UnengagedNonMarketable",
    "NonMarketable", "Lockdown", "Bounce", "HardBounce", "Manual", "Admin", "System",
    "ListUnsubscribe", "Feedback", "Spam", "Invalid", "Deactivated",
)  # fmt: skip
# The same states as /emailAddresses words them, in the same order.
EMAIL_STATUS_WORDS = (
    "Unengaged Marketable", "Unconfirmed", "Confirmed (Legacy)", "Confirmed",
    "Unengaged NonMarketable", "Non-marketable", "Lockdown", "Soft Bounce", "Hard Bounce",
    "Opt-Out", "Opt-Out: Admin", "Opt-Out: System", "List Unsubscribe", "Provided Feedback",
    "Reported Spam", "Invalid Email", "Deactivated/Delinquent Mailbox",
)  # fmt: skip
# Only from these states does an opt-in reason make an address marketable.
EMAIL_STATUSES_THAT_OPT_IN = (
    "UnengagedMarketable", "UnengagedNonMarketable", "NonMarketable", "Manual",
)  # fmt: skip
REMIND_TIMES = (5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880)
NOTE_TYPES = ("Appointment", "Call", "Email", "Fax", "Letter", "Other")
FILE_TYPES = (
    "Application", "Image", "Fax", "Attachment", "Ticket", "Contact", "DigitalProduct", "Import",
    "Hidden", "WebForm", "StyledCart", "ReSampledImage", "TemplateThumbnail", "Funnel",
    "LogoThumbnail", "Unlayer", "BrandingCenterLogo",
)  # fmt: skip
PROVIDERS = ("UNKNOWN", "INFUSIONSOFT", "MICROSOFT", "GOOGLE")
CYCLE_TYPES = ("YEAR", "MONTH", "WEEK", "DAY")
CYCLE_NUMBERS = {"YEAR": 1, "MONTH": 2, "WEEK": 3, "DAY": 6}
CUSTOM_FIELD_TYPES = (
    "Currency", "Date", "DateTime", "DayOfWeek", "Drilldown", "Email", "Month", "ListBox", "Name",
    "WholeNumber", "DecimalNumber", "Percent", "PhoneNumber", "Radio", "Dropdown",
    "SocialSecurityNumber", "State", "Text", "TextArea", "User", "UserListBox", "Website", "Year",
    "YesNo",
)  # fmt: skip
EVENT_KEYS = (
    *(
        f"{name}.{verb}"
        for name in (
            "appointment", "company", "contact", "invoice", "invoice.payment", "leadsource", "note",
            "order", "product", "subscription",
        )
        for verb in ("add", "delete", "edit")
    ),
    *(f"contactGroup.{verb}" for verb in ("add", "applied", "delete", "edit", "removed")),
    *(f"opportunity.{verb}" for verb in ("add", "delete", "edit", "stage_move")),
    *(f"task.{verb}" for verb in ("add", "complete", "delete", "edit", "incomplete")),
    *(f"user.{verb}" for verb in ("activate", "add", "edit")),
)  # fmt: skip
COUNTRIES = {
    "AUS": "Australia",
    "CAN": "Canada",
    "DEU": "Germany",
    "FRA": "France",
    "GBR": "United Kingdom",
    "USA": "United States",
}
PROVINCES = {
    "AUS": {"AU-NSW": "New South Wales", "AU-QLD": "Queensland", "AU-VIC": "Victoria"},
    "CAN": {"CA-BC": "British Columbia", "CA-ON": "Ontario", "CA-QC": "Quebec"},
    "DEU": {"DE-BE": "Berlin", "DE-BY": "Bavaria", "DE-HH": "Hamburg"},
    "FRA": {"FR-BRE": "Brittany", "FR-IDF": "Ile-de-France"},
    "GBR": {"GB-ENG": "England", "GB-SCT": "Scotland", "GB-WLS": "Wales"},
    "USA": {"US-AZ": "Arizona", "US-CA": "California", "US-NY": "New York"},
}
