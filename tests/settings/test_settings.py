"""Settings: where they come from, what is refused, and that secrets stay hidden."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from pydantic import ValidationError

from sync.engine.options import ServiceOptions
from sync.errors import ConfigurationWrong
from sync.settings import Settings, load, secrets

SECRET = "tiger-under-the-stairs"


def toml(folder: Path, text: str) -> Path:
    file = folder / "dualwrite.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = toml(tmp_path, 'api_port = 1000\ncrm_url = "https://crm.example"\nlog_level = "DEBUG"')
    settings = load(file, {"DUALWRITE_API_PORT": "2000"})
    assert (settings.api_port, settings.crm_url) == (2000, "https://crm.example")
    assert settings.log_level == "debug"


def test_lists_are_arrays_in_the_file_and_commas_in_the_environment(tmp_path: Path) -> None:
    file = toml(tmp_path, 'autostart_maps = ["a", "b"]')
    assert load(file, {}).autostart_maps == ("a", "b")
    assert load(file, {"DUALWRITE_AUTOSTART_MAPS": "c, d,"}).autostart_maps == ("c", "d")


def test_paths_in_the_file_are_relative_to_it(tmp_path: Path) -> None:
    settings = load(toml(tmp_path, 'data_dir = "state"\nmaps_dir = "/etc/maps"'), {})
    assert (settings.data_dir, settings.maps_dir) == (tmp_path / "state", Path("/etc/maps"))
    assert settings.database == f"sqlite:///{tmp_path}/state/dualwrite.db"


@pytest.mark.parametrize(
    ("name", "closest"),
    [("api_prt", "api_port"), ("crm_client_secrt_file", "crm_client_secret_file")],
)
def test_an_unknown_name_is_refused_with_the_closest_one(
    tmp_path: Path, name: str, closest: str
) -> None:
    file = toml(tmp_path, f'{name} = "1"')
    with pytest.raises(ConfigurationWrong) as refused:
        load(file, {})
    assert f"{name} in {file}" in refused.value.message
    assert refused.value.cure == f"Did you mean {closest}?"
    with pytest.raises(ConfigurationWrong) as refused:
        load(None, {f"DUALWRITE_{name.upper()}": "1"})
    assert f"DUALWRITE_{name.upper()} in the environment" in refused.value.message
    assert refused.value.cure == f"Did you mean DUALWRITE_{closest.upper()}?"


def test_a_name_like_no_other_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationWrong, match=r"qqqq in .* is not a setting"):
        load(toml(tmp_path, "qqqq = 1"), {})


def test_variables_for_tests_and_of_others_are_not_ours() -> None:
    assert load(None, {"DUALWRITE_TEST_DATABASE_URL": "x", "HOME": "/"}) == load(None, {})


@pytest.mark.parametrize(
    "environment",
    [
        {"DUALWRITE_API_PORT": SECRET},
        {"DUALWRITE_API_PORT": "70000"},
        {"DUALWRITE_WORKERS": "0"},
        {"DUALWRITE_CRM_URL": SECRET},
        {"DUALWRITE_AUTOSTART_MASTER": SECRET},
        {"DUALWRITE_API_TOKEN": "tiger"},
        {"DUALWRITE_LOG_LEVEL": SECRET},
    ],
)
def test_a_wrong_value_names_its_variable_and_is_not_repeated(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigurationWrong) as refused:
        load(None, environment)
    assert next(iter(environment)) in str(refused.value)
    assert "tiger" not in str(refused.value)


def test_a_wrong_value_in_the_file_names_the_file(tmp_path: Path) -> None:
    file = toml(tmp_path, "batch = 0")
    with pytest.raises(ConfigurationWrong, match="batch in") as refused:
        load(file, {})
    assert str(file) in refused.value.message


@pytest.mark.parametrize("text", ["api_port = = 1", "a\0"])
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationWrong, match="is not TOML"):
        load(toml(tmp_path, text), {})


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationWrong, match="cannot be read"):
        load(tmp_path / "none.toml", {})


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET + "\n", "utf-8")
    by_variable = load(None, {"DUALWRITE_CRM_CLIENT_SECRET_FILE": str(tmp_path / "secret")})
    by_file = load(toml(tmp_path, 'crm_client_secret_file = "secret"'), {})
    for settings in (by_variable, by_file):
        assert settings.crm_client_secret is not None
        assert settings.crm_client_secret.get_secret_value() == SECRET


def test_a_secret_set_twice_or_in_a_missing_file_is_refused(tmp_path: Path) -> None:
    both = {"DUALWRITE_API_TOKEN": SECRET, "DUALWRITE_API_TOKEN_FILE": "x"}
    with pytest.raises(ConfigurationWrong, match="DUALWRITE_API_TOKEN and "):
        load(None, both)
    with pytest.raises(ConfigurationWrong, match="DUALWRITE_API_TOKEN_FILE names a file"):
        load(None, {"DUALWRITE_API_TOKEN_FILE": str(tmp_path / "none")})


def test_no_secret_shows_in_any_form() -> None:
    names = sorted(secrets())
    settings = load(None, {f"DUALWRITE_{name.upper()}": f"{SECRET}-{name}" for name in names})
    assert "database_url" in names
    assert all("secret" not in n or n in names for n in Settings.model_fields)
    for shown in (repr(settings), str(settings), settings.model_dump_json(), f"{settings!r:>9}"):
        assert SECRET not in shown


@pytest.mark.parametrize(
    "environment",
    [
        {"DUALWRITE_WEBHOOK_URL": "https://us.example"},
        {"DUALWRITE_API_TOKEN": SECRET, "DUALWRITE_API_READER_TOKEN": SECRET},
        {"DUALWRITE_KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "DUALWRITE_KAFKA_SASL_USERNAME": "u"},
    ],
)
def test_settings_that_need_another_say_so(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigurationWrong, match=r"do not fit together: .* needs "):
        load(None, environment)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        load(None, {}).api_port = 1  # type: ignore[misc]


def test_times_and_sizes_default_to_the_engines() -> None:
    mine, engines = load(None, {}).model_dump(), msgspec.structs.asdict(ServiceOptions())
    shared = mine.keys() & engines.keys()
    assert shared == {
        "reference_deadline_seconds",
        "workers",
        "batch",
        "poll_seconds",
        "sweep_seconds",
        "person_prospect_id",
        "numbers_at",
        "shared_sequences",
    }
    assert {name: mine[name] for name in shared} == {name: engines[name] for name in shared}
