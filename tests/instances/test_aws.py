"""Signatures of AWS against published examples."""

from collections.abc import AsyncIterator

import pytest

from valence.domain import Secret
from valence.egress import OutboundRequest
from valence.instances.schemes.awsv2 import signed_url
from valence.instances.schemes.awsv4 import AwsKeys, signed_headers

AT = 1_440_938_160_000  # 2015-08-30T12:36:00Z
KEYS = AwsKeys(
    "AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), "us-east-1", "service"
)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
SAID = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request"


@pytest.mark.parametrize(
    ("method", "target", "headers", "body", "names", "signature"),
    [
        # Names are those of AWS's Signature Version 4 test suite.
        # get-vanilla
        ("GET", "/", (), None, "host;x-amz-date",
         "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        # get-vanilla-query-order-key-case
        ("GET", "/?Param2=value2&Param1=value1", (), None, "host;x-amz-date",
         "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        # get-vanilla-empty-query-key
        ("GET", "/?Param1=value1", (), None, "host;x-amz-date",
         "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
        # post-vanilla
        ("POST", "/", (), None, "host;x-amz-date",
         "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        # post-x-www-form-urlencoded
        ("POST", "/", FORM, b"Param1=value1", "content-type;host;x-amz-date",
         "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    ],
)  # fmt: skip
def test_version_4(
    method: str,
    target: str,
    headers: tuple[tuple[str, str], ...],
    body: bytes | None,
    names: str,
    signature: str,
) -> None:
    """As in the published test suite."""
    request = OutboundRequest(
        method, f"https://example.amazonaws.com{target}", headers=headers, body=body
    )
    made = dict(signed_headers(request, KEYS, now_ms=AT))
    assert made["X-Amz-Date"] == "20150830T123600Z"
    assert made["Authorization"] == f"{SAID}, SignedHeaders={names}, Signature={signature}"


def test_version_4_of_s3_and_of_temporary_keys() -> None:
    """S3 wants the hash of the body said; a session token is signed. GET object, as published."""
    keys = AwsKeys(
        "AKIAIOSFODNN7EXAMPLE",
        Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        "us-east-1",
        "s3",
    )
    request = OutboundRequest("GET", "https://examplebucket.s3.amazonaws.com/?lifecycle=")
    made = dict(signed_headers(request, keys, now_ms=1_369_353_600_000))
    assert made["Authorization"].endswith(
        "SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
        " Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
    )
    temporary = AwsKeys("a", Secret("b"), "", "", Secret("c"))
    request = OutboundRequest("GET", "https://ses.eu-west-1.amazonaws.com/x%20y")
    made = dict(signed_headers(request, temporary, now_ms=AT))
    assert "/eu-west-1/ses/aws4_request" in made["Authorization"]
    assert "x-amz-security-token" in made["Authorization"]
    assert made["X-Amz-Security-Token"] == "c"


def test_a_file_on_its_way_is_not_hashed() -> None:
    """It is not at hand; that it is not signed is itself signed."""

    async def pieces() -> AsyncIterator[bytes]:
        yield b"a file"

    keys = AwsKeys("a", Secret("b"), "us-east-1", "s3")
    address = "https://examplebucket.s3.amazonaws.com/x"
    sent = OutboundRequest("PUT", address, body=pieces())
    made = dict(signed_headers(sent, keys, now_ms=AT))
    empty = dict(signed_headers(OutboundRequest("PUT", address), keys, now_ms=AT))
    assert made["X-Amz-Content-Sha256"] == "UNSIGNED-PAYLOAD"
    assert made["Authorization"] != empty["Authorization"]


def test_version_2() -> None:
    """The example of the AWS General Reference."""
    keys = AwsKeys(
        "AKIAIOSFODNN7EXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), "", ""
    )
    url = "https://elasticmapreduce.amazonaws.com?Action=DescribeJobFlows&Version=2009-03-31"
    made = signed_url("GET", url, keys, now_ms=1_317_655_170_000)  # 2011-10-03T15:19:30Z
    assert made == (
        "https://elasticmapreduce.amazonaws.com/?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE"
        "&Action=DescribeJobFlows&SignatureMethod=HmacSHA256&SignatureVersion=2"
        "&Timestamp=2011-10-03T15%3A19%3A30&Version=2009-03-31"
        "&Signature=i91nKc4PWAt0JJIdXwz9HxZCJDdiy6cf%2FMj6vPxyYIs%3D"
    )
