"""Pseudo-classes, and what selectors compare without regard to case."""

from __future__ import annotations

from .words import words

__all__ = ["ASKED", "CASELESS", "NEVER", "PSEUDO_ELEMENTS", "SIMPLE"]

#: Attributes whose values HTML compares without regard to case.
CASELESS = words(
    "accept accept-charset align alink axis bgcolor charset checked clear codetype color compact declare defer dir "
    "direction disabled enctype face frame hreflang http-equiv lang language link media method multiple nohref "
    "noresize noshade nowrap readonly rel rev rules scope scrolling selected shape target text type valign valuetype "
    "vlink"
)

SIMPLE = {
    "empty": "not(*) and not(text())",
    "first-child": "not(preceding-sibling::*)",
    "last-child": "not(following-sibling::*)",
    "only-child": "not(preceding-sibling::*) and not(following-sibling::*)",
    "link": "@href and (self::a or self::area)",
    "any-link": "@href and (self::a or self::area)",
    "scope": "count(.|$scope)=1",
    "defined": "true()",
    "open": "@open and (self::details or self::dialog)",
}
#: States that the document is asked for, with the tags that can be in them; none for all.
ASKED = {
    "root": "html",
    "checked": "input option",
    "disabled": "button fieldset input optgroup option select textarea",
    "enabled": "button fieldset input optgroup option select textarea",
    "required": "input select textarea",
    "optional": "button input select textarea",
    "placeholder-shown": "input textarea",
    "indeterminate": "input progress",
    "default": "button input option",
    "valid": "button fieldset form input select textarea",
    "invalid": "button fieldset form input select textarea",
    "user-valid": "input select textarea",
    "user-invalid": "input select textarea",
    "in-range": "input",
    "out-of-range": "input",
    "modal": "dialog",
    **dict.fromkeys(("focus", "focus-within", "focus-visible", "read-only", "read-write", "hover"), ""),
    **dict.fromkeys(("first-of-type", "last-of-type", "only-of-type"), ""),
}
#: What is there in browsers, and never the case here.
NEVER = words(
    "visited active target current past future fullscreen picture-in-picture popover-open autofill host xr-overlay "
    "active-view-transition"
)
PSEUDO_ELEMENTS = words(
    "before after first-line first-letter selection marker placeholder backdrop file-selector-button cue "
    "spelling-error grammar-error target-text details-content"
)
