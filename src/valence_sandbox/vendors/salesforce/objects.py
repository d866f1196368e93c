"""The objects of every account: the standard ones that connectors use, and one custom object.

Source: Object Reference for the Salesforce Platform. Of the larger objects the fields are a
selection; what is there has the type, length and properties it has at the vendor. `fixed` fields
are set at creation only, `as` names the relationship of a reference, `children` its other end.
`record` stands for whatever notes may hang on, `what` for whatever an activity is about.
"""

from valence_sandbox.vendors.salesforce.sobjects import SObject, sobject

_ALL = (
    sobject(
        "Account",
        "001",
        """
        Name: string(255) required
        Type: picklist[Prospect,Customer - Direct,Customer - Channel,Partner,Other]
        ParentId: reference(Account) as=Parent children=ChildAccounts
        BillingStreet: textarea(255)
        BillingCity: string(40)
        BillingState: string(80)
        BillingPostalCode: string(20)
        BillingCountry: string(80)
        BillingAddress: address
        ShippingStreet: textarea(255)
        ShippingCity: string(40)
        ShippingState: string(80)
        ShippingPostalCode: string(20)
        ShippingCountry: string(80)
        ShippingAddress: address
        Phone: phone(40)
        Fax: phone(40)
        AccountNumber: string(40)
        Website: url(255)
        Sic: string(20)
        Industry: picklist[Agriculture,Banking,Consulting,Food & Beverage,Retail,Technology,Other]
        AnnualRevenue: currency
        NumberOfEmployees: int
        Ownership: picklist[Public,Private,Subsidiary,Other]
        Description: textarea(32000) unfilterable
        Rating: picklist[Hot,Warm,Cold]
        OwnerId: reference(User) as=Owner
        Site: string(80)
        AccountSource: picklist[Web,Phone Inquiry,Partner Referral,Purchased List,Other]
        Tier__c: picklist[Gold,Silver,Bronze] restricted
        """,
    ),
    sobject(
        "Contact",
        "003",
        """
        AccountId: reference(Account) as=Account children=Contacts
        LastName: string(80) required
        FirstName: string(40)
        Salutation: picklist[Mr.,Ms.,Mrs.,Dr.,Prof.]
        Name: string(121) readonly
        MailingStreet: textarea(255)
        MailingCity: string(40)
        MailingState: string(80)
        MailingPostalCode: string(20)
        MailingCountry: string(80)
        MailingAddress: address
        Phone: phone(40)
        Fax: phone(40)
        MobilePhone: phone(40)
        HomePhone: phone(40)
        AssistantName: string(40)
        ReportsToId: reference(Contact) as=ReportsTo
        Email: email(80)
        Title: string(128)
        Department: string(80)
        LeadSource: picklist[Web,Phone Inquiry,Partner Referral,Purchased List,Other]
        Birthdate: date
        Description: textarea(32000) unfilterable
        OwnerId: reference(User) as=Owner
        HasOptedOutOfEmail: boolean
        DoNotCall: boolean
        Languages__c: string(100)
        """,
    ),
    sobject(
        "Lead",
        "00Q",
        """
        LastName: string(80) required
        FirstName: string(40)
        Salutation: picklist[Mr.,Ms.,Mrs.,Dr.,Prof.]
        Name: string(121) readonly
        Title: string(128)
        Company: string(255) required
        Street: textarea(255)
        City: string(40)
        State: string(80)
        PostalCode: string(20)
        Country: string(80)
        Address: address
        Phone: phone(40)
        MobilePhone: phone(40)
        Fax: phone(40)
        Email: email(80)
        Website: url(255)
        Description: textarea(32000) unfilterable
        LeadSource: picklist[Web,Phone Inquiry,Partner Referral,Purchased List,Other]
        Status: picklist[Open - Not Contacted,Working - Contacted,\
            Closed - Converted,Closed - Not Converted] default=Open_-_Not_Contacted
        Industry: picklist[Agriculture,Banking,Consulting,Food & Beverage,Retail,Technology,Other]
        Rating: picklist[Hot,Warm,Cold]
        AnnualRevenue: currency
        NumberOfEmployees: int
        OwnerId: reference(User) as=Owner
        IsConverted: boolean readonly
        Favourite_Bread__c: string(40)
        """,
    ),
    sobject(
        "Opportunity",
        "006",
        """
        AccountId: reference(Account) as=Account children=Opportunities
        Name: string(120) required
        Description: textarea(32000) unfilterable
        StageName: picklist[Prospecting,Qualification,Needs Analysis,Proposal/Price Quote,\
            Closed Won,Closed Lost] required
        Amount: currency
        Probability: percent
        CloseDate: date required
        Type: picklist[Existing Business,New Business]
        NextStep: string(255)
        LeadSource: picklist[Web,Phone Inquiry,Partner Referral,Purchased List,Other]
        IsClosed: boolean readonly
        IsWon: boolean readonly
        CampaignId: reference(Campaign) as=Campaign children=Opportunities
        OwnerId: reference(User) as=Owner
        """,
    ),
    sobject(
        "Campaign",
        "701",
        """
        Name: string(80) required
        ParentId: reference(Campaign) as=Parent children=ChildCampaigns
        Type: picklist[Conference,Webinar,Trade Show,Email,Advertisement,Other]
        Status: picklist[Planned,In Progress,Completed,Aborted] default=Planned
        StartDate: date
        EndDate: date
        ExpectedRevenue: currency
        BudgetedCost: currency
        ActualCost: currency
        NumberSent: double
        IsActive: boolean
        Description: textarea(32000) unfilterable
        OwnerId: reference(User) as=Owner
        """,
    ),
    sobject(
        "Event",
        "00U",
        """
        WhoId: reference(Contact,Lead) as=Who children=Events
        WhatId: reference(what) as=What children=Events
        Subject: combobox(255)
        Location: string(255)
        IsAllDayEvent: boolean
        ActivityDateTime: datetime
        ActivityDate: date
        StartDateTime: datetime
        EndDateTime: datetime
        DurationInMinutes: int
        Description: textarea(32000) unfilterable
        ShowAs: picklist[Busy,OutOfOffice,Free] default=Busy
        IsPrivate: boolean
        OwnerId: reference(User) as=Owner
        """,
    ),
    sobject(
        "Task",
        "00T",
        """
        WhoId: reference(Contact,Lead) as=Who children=Tasks
        WhatId: reference(what) as=What children=Tasks
        Subject: combobox(255)
        ActivityDate: date
        Status: picklist[Not Started,In Progress,Completed,\
            Waiting on someone else,Deferred] default=Not_Started
        Priority: picklist[High,Normal,Low] default=Normal
        Description: textarea(32000) unfilterable
        IsClosed: boolean readonly
        OwnerId: reference(User) as=Owner
        """,
    ),
    sobject(
        "Note",
        "002",
        """
        ParentId: reference(record) fixed required as=Parent children=Notes
        Title: string(80) required
        IsPrivate: boolean
        Body: textarea(32000) unfilterable
        OwnerId: reference(User) as=Owner
        """,
    ),
    sobject(
        "User",
        "005",
        """
        Username: string(80) required unique
        LastName: string(80) required
        FirstName: string(40)
        Name: string(121) readonly
        CompanyName: string(80)
        Title: string(80)
        Email: email(128) required
        Phone: phone(40)
        Alias: string(8) required
        IsActive: boolean default=true
        TimeZoneSidKey: picklist[GMT,Europe/Paris,Europe/Berlin,\
            America/Los_Angeles,America/New_York] required restricted
        LocaleSidKey: picklist[en_US,en_GB,de_DE,fr_FR] required restricted
        EmailEncodingKey: picklist[UTF-8,ISO-8859-1] required restricted
        ProfileId: reference(Profile) required as=Profile
        LanguageLocaleKey: picklist[en_US,de,fr] required restricted
        """,
        verbs="cu",
        stamps="CreatedDate CreatedById LastModifiedDate LastModifiedById SystemModstamp",
    ),
    sobject(
        "Profile",
        "00e",
        """
        Name: string(255) required
        Description: string(255)
        """,
        verbs="",
        stamps="CreatedDate CreatedById LastModifiedDate LastModifiedById SystemModstamp",
    ),
    sobject(
        "Attachment",
        "00P",
        """
        ParentId: reference(record,Event,Task) fixed required as=Parent children=Attachments
        Name: string(255) required
        IsPrivate: boolean
        ContentType: string(120)
        BodyLength: int readonly
        Body: base64 required
        Description: textarea(500)
        OwnerId: reference(User) as=Owner
        """,
    ),
    sobject(
        "Document",
        "015",
        """
        FolderId: reference(Folder,User) required as=Folder
        Name: string(255) required
        DeveloperName: string(80)
        ContentType: string(120)
        Type: string(40)
        IsPublic: boolean
        BodyLength: int readonly
        Body: base64
        Description: textarea(255)
        Keywords: string(255)
        AuthorId: reference(User) as=Author
        """,
    ),
    sobject(
        "ContentDocument",
        "069",
        """
        Title: string(255) required
        Description: textarea(1000)
        OwnerId: reference(User) as=Owner
        IsArchived: boolean
        PublishStatus: picklist[P,R,U] readonly
        LatestPublishedVersionId: reference(ContentVersion) readonly as=LatestPublishedVersion
        FileType: string(20) readonly
        FileExtension: string(40) readonly
        ContentSize: int readonly
        """,
        verbs="ud",
    ),
    sobject(
        "ContentVersion",
        "068",
        """
        ContentDocumentId: reference(ContentDocument) fixed \
            as=ContentDocument children=ContentVersions
        IsLatest: boolean readonly
        VersionNumber: string(20) readonly
        Title: string(255)
        Description: textarea(1000)
        ReasonForChange: string(1000)
        PathOnClient: string(500) fixed
        FirstPublishLocationId: reference() fixed as=FirstPublishLocation
        FileType: string(20) readonly
        FileExtension: string(40) readonly
        ContentSize: int readonly
        Checksum: string(50) readonly
        OwnerId: reference(User) as=Owner
        VersionData: base64
        """,
        verbs="cu",
    ),
    sobject(
        "ContentDocumentLink",
        "06A",
        """
        LinkedEntityId: reference(record,Event,Task,User) fixed required \
            as=LinkedEntity children=ContentDocumentLinks
        ContentDocumentId: reference(ContentDocument) fixed required \
            as=ContentDocument children=ContentDocumentLinks
        ShareType: picklist[V,C,I] default=V restricted
        Visibility: picklist[AllUsers,InternalUsers,SharedUsers] default=AllUsers restricted
        """,
        stamps="IsDeleted SystemModstamp",
    ),
    sobject(
        "Report",
        "00O",
        """
        Name: string(40) required
        Description: string(255)
        DeveloperName: string(80)
        Format: picklist[TABULAR,SUMMARY,MATRIX]
        FolderName: string(255)
        LastRunDate: datetime
        """,
        verbs="",
    ),
    sobject(
        "Invoice__c",
        "a00",
        """
        Name: string(80)
        OwnerId: reference(User) as=Owner
        Account__c: reference(Account) as=Account__r children=Invoices__r
        Amount__c: currency
        Due__c: date
        Sent__c: datetime
        Paid__c: boolean
        Lines__c: int
        Status__c: picklist[Draft,Sent,Paid] default=Draft restricted
        Number__c: string(20) unique
        """,
    ),
)

OBJECTS: dict[str, SObject] = {said.name.lower(): said for said in _ALL}
PREFIXES: dict[str, SObject] = {said.prefix: said for said in _ALL}


def object_named(name: str) -> SObject | None:
    """Return an object by its name, whatever the case."""
    return OBJECTS.get(name.lower())
