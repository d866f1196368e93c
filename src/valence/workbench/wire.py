"""Samples, coverage and suggestions as API and mapper's page are told them."""

from typing import Any

from valence.gateway import Sample
from valence.transformations import (
    Coverage,
    CoveredField,
    SampledField,
    Suggestion,
    VendorField,
)

Json = dict[str, Any]


def sample_to_wire(sample: Sample) -> Json:
    """Return records with what is known of their fields."""
    shown: Json = {
        "objectName": sample.name,
        "path": sample.path,
        "recordCount": len(sample.records),
        "records": sample.records,
        "fields": [field_to_wire(field) for field in sample.fields],
    }
    return shown if sample.next_page is None else shown | {"nextPage": sample.next_page}


def coverage_to_wire(report: Coverage) -> Json:
    """Return what becomes of every field."""
    summary = report.summary
    return {
        "objectName": report.name,
        "vendorName": report.vendor_name,
        "recordCount": report.record_count,
        "scripted": report.is_scripted,
        "summary": {
            "fields": dict(summary.fields),
            "vendorFields": dict(summary.vendor_fields),
            "conflicts": summary.conflicts,
            "share": summary.share,
            "vendorShare": summary.vendor_share,
        },
        "fields": [_covered(field) for field in report.fields],
        "vendorFields": [_vendor(field) for field in report.vendor_fields],
    }


def suggestion_to_wire(suggestion: Suggestion) -> Json:
    """Return where the vendor likely has a field."""
    return {
        "path": suggestion.path,
        "vendorPath": suggestion.vendor_path,
        "score": suggestion.score,
        "why": list(suggestion.why),
    }


def field_to_wire(field: SampledField) -> Json:
    """Return a vendor's field with what records show and metadata tells of it."""
    return {
        "path": field.path,
        "type": field.type,
        "types": dict(field.types),
        "seen": field.seen,
        "nulls": field.nulls,
        "samples": list(field.samples),
        "documented": field.is_documented,
        "custom": field.is_custom,
        "readOnly": field.is_read_only,
    } | _named(field.display_name, field.vendor_type)


def _vendor(field: VendorField) -> Json:
    return {
        "path": field.path,
        "state": field.state,
        "mappedTo": list(field.mapped_to),
        "partial": field.is_partial,
        "type": field.type,
        "types": dict(field.types),
        "seen": field.seen,
        "documented": field.is_documented,
        "custom": field.is_custom,
    } | _named(field.display_name, None)


def _covered(field: CoveredField) -> Json:
    shown: Json = {
        "path": field.path,
        "type": field.type,
        "state": field.state,
        "seen": field.seen,
        "writable": field.is_writable,
        "conflictCount": field.conflict_count,
        "conflicts": [
            {"sample": one.sample, "declared": one.declared, "found": one.found}
            for one in field.conflicts
        ],
    }
    if field.vendor_path is not None:
        shown["vendorPath"] = field.vendor_path
    return shown if field.level is None else shown | {"level": field.level}


def _named(display_name: str | None, vendor_type: str | None) -> Json:
    """Return the texts that are there; absent ones are left out, never null."""
    texts = {"displayName": display_name, "vendorType": vendor_type}
    return {name: text for name, text in texts.items() if text is not None}
