"""Names that a browser knows, and this document does not."""

from __future__ import annotations

from .names import interface
from .tree import Node
from .words import words

__all__ = ["KNOWN_METHODS", "interface_of", "needs_layout"]

#: What only a browser with a layout can tell, of every element.
_OF_ALL = words(
    "offsetWidth offsetHeight offsetTop offsetLeft offsetParent clientWidth clientHeight clientTop clientLeft "
    "scrollWidth scrollHeight scrollTop scrollLeft currentCSSZoom attributes attributeStyleMap part "
    "customElementRegistry activeViewTransition elementTiming focusGroup focusGroupStart virtualKeyboardPolicy "
    "writingSuggestions pseudo"
)
_MEDIA = (
    "currentSrc currentTime duration paused ended readyState networkState volume muted playbackRate buffered played "
    "seekable error textTracks videoWidth videoHeight"
)
_BY_TAG = {
    "img": "width height x y naturalWidth naturalHeight complete currentSrc",
    "input": "width height webkitEntries webkitdirectory incremental",
    "button": "command commandForElement popoverTargetElement interestForElement",
    "dialog": "closedBy",
    "iframe": "contentDocument contentWindow credentialless featurePolicy",
    "object": "contentDocument contentWindow",
    "link": "sheet",
    "style": "sheet",
    "template": "content",
    "video": _MEDIA,
    "audio": _MEDIA,
}
_OF_DOCUMENT = words(
    "cookie implementation doctype styleSheets fonts timeline lastModified domain all childNodes firstChild lastChild"
)


def needs_layout(node: Node | None, name: str) -> bool:
    """Return whether only a real browser can tell that property; None is the document."""
    if node is None:
        return name in _OF_DOCUMENT
    return name in _OF_ALL or name in _BY_TAG.get(str(node.tag), "").split()


#: Methods that there are in browsers.
KNOWN_METHODS = words(
    "ariaNotify webkitRequestFullScreen webkitRequestFullscreen when addTextTrack "
    "animate getAnimations attachInternals attachShadow "
    "compareDocumentPosition computedStyleMap getAttributeNS getAttributeNode getAttributeNodeNS "
    "getBoundingClientRect getClientRects getElementsByTagNameNS getHTML getRootNode hasAttributeNS hasPointerCapture "
    "isDefaultNamespace isEqualNode isSameNode lookupNamespaceURI lookupPrefix normalize "
    "releasePointerCapture removeAttributeNS removeAttributeNode requestFullscreen requestPointerLock setAttributeNS "
    "setAttributeNode setAttributeNodeNS setHTML setHTMLUnsafe setPointerCapture showPopover hidePopover "
    "togglePopover startViewTransition toString valueOf setRangeText showPicker createValueRange add namedItem "
    "createCaption createTBody createTFoot createTHead deleteCaption deleteTFoot deleteTHead decode canPlayType load "
    "pause play fastSeek captureStream getContext toBlob toDataURL transferControlToOffscreen getSVGDocument "
    "adoptNode importNode createAttribute createComment createDocumentFragment createElementNS createEvent "
    "createExpression createNodeIterator createRange createTextNode createTreeWalker caretPositionFromPoint "
    "caretRangeFromPoint elementFromPoint elementsFromPoint evaluate execCommand exitFullscreen exitPointerLock "
    "getSelection hasStorageAccess requestStorageAccess queryCommandEnabled queryCommandState queryCommandSupported "
    "queryCommandValue write writeln open clear"
)

_OF_NODE = words(
    "nodeType nodeName baseURI isConnected ownerDocument parentNode parentElement childNodes firstChild lastChild "
    "previousSibling nextSibling"
)
_OF_HTML = words("offsetWidth offsetHeight offsetTop offsetLeft offsetParent isContentEditable dataset")


def interface_of(node: Node | None, name: str) -> str:
    """Return the name of the class that has the property *name*, for messages; None is the document."""
    if node is None:
        return "Document"
    if name in _OF_NODE:
        return "Node"
    if name in _OF_HTML:
        return "HTMLElement"
    of_element = words(
        "tagName localName namespaceURI prefix shadowRoot assignedSlot children childElementCount firstElementChild "
        "lastElementChild nextElementSibling previousElementSibling attributes clientWidth clientHeight clientTop "
        "clientLeft scrollWidth scrollHeight currentCSSZoom"
    )
    return "Element" if name in of_element else interface(node)
