"""Settings: where they come from, and which win."""

from pathlib import Path

import pytest

from valence.settings import BadSetting, load_settings


def test_the_command_line_wins_over_environment_over_file(tmp_path: Path) -> None:
    """And the defaults fill in the rest."""
    file = tmp_path / "valence.toml"
    file.write_text('port = 1\nhost = "file"\nlog_level = "error"\nallowed_hosts = ["a", "b"]\n')
    environment = {"VALENCE_CONFIG": str(file), "VALENCE_PORT": "2", "VALENCE_HOST": "environment"}
    settings = load_settings(environment, port=3)
    assert (settings.port, settings.host, settings.log_level) == (3, "environment", "error")
    assert settings.allowed_hosts == ("a", "b")
    assert settings.workers == 1


def test_lists_are_comma_separated_in_the_environment() -> None:
    """Blanks do not count; an empty variable is no variable."""
    settings = load_settings({"VALENCE_ALLOWED_HOSTS": " a, b ,,", "VALENCE_PORT": ""})
    assert settings.allowed_hosts == ("a", "b")
    assert settings.port == 8080


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prot = 1", "'prot'"),
        ("port = 'x", "not TOML"),
        ("port = 70000", "VALENCE_PORT"),
        ("refresh_margin = 1", "VALENCE_REFRESH_MARGIN"),
        ("log_format = 'xml'", "VALENCE_LOG_FORMAT"),
        ("public_url = 'ftp://x'", "VALENCE_PUBLIC_URL"),
    ],
)
def test_a_bad_value_is_named(text: str, said: str, tmp_path: Path) -> None:
    """In one sentence, without the value."""
    file = tmp_path / "valence.toml"
    file.write_text(text)
    with pytest.raises(BadSetting) as bad:
        load_settings({"VALENCE_CONFIG": str(file)})
    assert said in bad.value.message


def test_no_secret_is_in_a_message_or_repr() -> None:
    """A master key that is wrong is not repeated."""
    with pytest.raises(BadSetting) as bad:
        load_settings({"VALENCE_MASTER_KEY": "hidden", "VALENCE_MASTER_KEY_COMMAND": "x"})
    assert "hidden" not in str(bad.value)
    assert "hidden" not in repr(load_settings({"VALENCE_MASTER_KEY": "hidden"}))


def test_a_forwarded_address_counts_from_a_trusted_proxy_only() -> None:
    """Otherwise anybody could choose his own."""
    settings = load_settings({"VALENCE_TRUSTED_PROXIES": "10.0.0.1"})
    assert settings.client_address("10.0.0.1", "1.1.1.1, 2.2.2.2") == "2.2.2.2"
    assert settings.client_address("10.0.0.1", "") == "10.0.0.1"
    assert settings.client_address("10.0.0.9", "2.2.2.2") == "10.0.0.9"
