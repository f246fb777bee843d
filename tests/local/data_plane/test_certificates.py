"""The local authority stays; the server's certificate is renewed in time and has every name."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from cdk_elasticache.local.data_plane.certificates import certificates

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def names(path: Path) -> list[str]:
    found = x509.load_pem_x509_certificate(path.read_bytes())
    listed = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in listed]


def test_the_server_is_known_by_name_and_by_address(tmp_path: Path) -> None:
    files = certificates(tmp_path, names=["cache.example"], now=NOW)
    assert names(files.certificate) == ["localhost", "cache.example", "127.0.0.1", "::1"]


def test_private_keys_are_nobody_elses_to_read(tmp_path: Path) -> None:
    files = certificates(tmp_path, now=NOW)
    assert [path.stat().st_mode & 0o777 for path in (files.key, tmp_path / "ca.key")] == [0o600, 0o600]


def test_nothing_is_made_again_until_thirty_days_are_left(tmp_path: Path) -> None:
    files = certificates(tmp_path, now=NOW)
    first = files.ca.read_bytes(), files.certificate.read_bytes()
    certificates(tmp_path, now=NOW + timedelta(days=365))
    assert (files.ca.read_bytes(), files.certificate.read_bytes()) == first

    certificates(tmp_path, now=NOW + timedelta(days=367))
    assert files.ca.read_bytes() == first[0]
    assert files.certificate.read_bytes() != first[1]


def test_a_new_name_makes_a_new_certificate(tmp_path: Path) -> None:
    certificates(tmp_path, now=NOW)
    files = certificates(tmp_path, names=["other"], now=NOW)
    assert "other" in names(files.certificate)
