"""The local authority stays; the server's certificate is renewed in time and has every name."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

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


FILES = ("ca.pem", "ca.key", "server.pem", "server.key")


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("damage", ["missing", "empty", "half", "noise", "another's"])
def test_what_is_damaged_is_made_anew(tmp_path: Path, file: str, damage: str) -> None:
    files = certificates(tmp_path / "tls", now=NOW)
    certificates(tmp_path / "other", now=NOW)
    authority, path = files.ca.read_bytes(), tmp_path / "tls" / file
    whole = path.read_bytes()
    path.unlink()
    if damage != "missing":
        other = (tmp_path / "other" / file).read_bytes()
        path.write_bytes(
            {"empty": b"", "half": whole[: len(whole) // 2], "noise": b"\xff" * 99}.get(damage, other)
        )
    made = certificates(tmp_path / "tls", now=NOW)
    assert (made.ca.read_bytes() == authority) == file.startswith("server")  # clients keep the authority
    context = ssl.create_default_context(cafile=str(made.ca))
    context.load_cert_chain(made.certificate, made.key)  # OpenSSL compares them
    leaf, ca = (x509.load_pem_x509_certificate(one.read_bytes()) for one in (made.certificate, made.ca))
    leaf.verify_directly_issued_by(ca)


@pytest.mark.parametrize("days", [-30, 3700])
def test_an_authority_whose_time_has_not_come_or_is_over_is_made_anew(tmp_path: Path, days: int) -> None:
    first = certificates(tmp_path, now=NOW).ca.read_bytes()
    now = NOW + timedelta(days=days)
    ca = x509.load_pem_x509_certificate(certificates(tmp_path, now=now).ca.read_bytes())
    assert ca.public_bytes(Encoding.PEM) != first
    assert ca.not_valid_before_utc <= now < ca.not_valid_after_utc
