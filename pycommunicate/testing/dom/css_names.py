"""The names of CSS properties."""

from __future__ import annotations

from .words import words

__all__ = ["CSS_NAMES"]

#: As scripts write them: the properties of a style declaration. Names beside them are no style.
CSS_NAMES = words("""
    accentColor alignContent alignItems alignSelf alignmentBaseline anchorName anchorScope animation
    animationComposition animationDelay animationDirection animationDuration animationFillMode
    animationIterationCount animationName animationPlayState animationRange animationRangeEnd
    animationRangeStart animationTimeline animationTimingFunction animationTrigger appRegion appearance
    aspectRatio backdropFilter backfaceVisibility background backgroundAttachment backgroundBlendMode
    backgroundClip backgroundColor backgroundImage backgroundOrigin backgroundPosition backgroundPositionX
    backgroundPositionY backgroundRepeat backgroundSize baselineShift baselineSource blockSize border
    borderBlock borderBlockColor borderBlockEnd borderBlockEndColor borderBlockEndStyle borderBlockEndWidth
    borderBlockStart borderBlockStartColor borderBlockStartStyle borderBlockStartWidth borderBlockStyle
    borderBlockWidth borderBottom borderBottomColor borderBottomLeftRadius borderBottomRightRadius
    borderBottomStyle borderBottomWidth borderCollapse borderColor borderEndEndRadius borderEndStartRadius
    borderImage borderImageOutset borderImageRepeat borderImageSlice borderImageSource borderImageWidth
    borderInline borderInlineColor borderInlineEnd borderInlineEndColor borderInlineEndStyle
    borderInlineEndWidth borderInlineStart borderInlineStartColor borderInlineStartStyle borderInlineStartWidth
    borderInlineStyle borderInlineWidth borderLeft borderLeftColor borderLeftStyle borderLeftWidth borderRadius
    borderRight borderRightColor borderRightStyle borderRightWidth borderShape borderSpacing
    borderStartEndRadius borderStartStartRadius borderStyle borderTop borderTopColor borderTopLeftRadius
    borderTopRightRadius borderTopStyle borderTopWidth borderWidth bottom boxDecorationBreak boxShadow boxSizing
    breakAfter breakBefore breakInside bufferedRendering captionSide caretAnimation caretColor caretShape clear
    clip clipPath clipRule color colorInterpolation colorInterpolationFilters colorRendering colorScheme
    columnCount columnFill columnGap columnHeight columnRule columnRuleBreak columnRuleColor columnRuleInset
    columnRuleInsetCap columnRuleInsetCapEnd columnRuleInsetCapStart columnRuleInsetEnd columnRuleInsetJunction
    columnRuleInsetJunctionEnd columnRuleInsetJunctionStart columnRuleInsetStart columnRuleStyle
    columnRuleVisibilityItems columnRuleWidth columnSpan columnWidth columnWrap columns contain
    containIntrinsicBlockSize containIntrinsicHeight containIntrinsicInlineSize containIntrinsicSize
    containIntrinsicWidth container containerName containerType content contentVisibility cornerBlockEndShape
    cornerBlockStartShape cornerBottomLeftShape cornerBottomRightShape cornerBottomShape cornerEndEndShape
    cornerEndStartShape cornerInlineEndShape cornerInlineStartShape cornerLeftShape cornerRightShape cornerShape
    cornerStartEndShape cornerStartStartShape cornerTopLeftShape cornerTopRightShape cornerTopShape
    counterIncrement counterReset counterSet cursor cx cy d direction display dominantBaseline dynamicRangeLimit
    emptyCells fieldSizing fill fillOpacity fillRule filter flex flexBasis flexDirection flexFlow flexGrow
    flexLineCount flexShrink flexWrap float floodColor floodOpacity font fontFamily fontFeatureSettings
    fontKerning fontLanguageOverride fontOpticalSizing fontPalette fontSize fontSizeAdjust fontStretch fontStyle
    fontSynthesis fontSynthesisSmallCaps fontSynthesisStyle fontSynthesisWeight fontVariant
    fontVariantAlternates fontVariantCaps fontVariantEastAsian fontVariantEmoji fontVariantLigatures
    fontVariantNumeric fontVariantPosition fontVariationSettings fontWeight forcedColorAdjust frameSizing gap
    grid gridArea gridAutoColumns gridAutoFlow gridAutoRows gridColumn gridColumnEnd gridColumnGap
    gridColumnStart gridGap gridRow gridRowEnd gridRowGap gridRowStart gridTemplate gridTemplateAreas
    gridTemplateColumns gridTemplateRows height hyphenateCharacter hyphenateLimitChars hyphens imageOrientation
    imageRendering initialLetter inlineSize inset insetBlock insetBlockEnd insetBlockStart insetInline
    insetInlineEnd insetInlineStart interactivity interestDelay interestDelayEnd interestDelayStart
    interpolateSize isolation justifyContent justifyItems justifySelf left letterSpacing lightingColor lineBreak
    lineHeight listStyle listStyleImage listStylePosition listStyleType margin marginBlock marginBlockEnd
    marginBlockStart marginBottom marginInline marginInlineEnd marginInlineStart marginLeft marginRight
    marginTop marginTrim marker markerEnd markerMid markerStart mask maskClip maskComposite maskImage maskMode
    maskOrigin maskPosition maskRepeat maskSize maskType mathDepth mathShift mathStyle maxBlockSize maxHeight
    maxInlineSize maxWidth minBlockSize minHeight minInlineSize minWidth mixBlendMode objectFit objectPosition
    objectViewBox offset offsetAnchor offsetDistance offsetPath offsetPosition offsetRotate opacity order
    orphans outline outlineColor outlineOffset outlineStyle outlineWidth overflow overflowAnchor overflowBlock
    overflowClipMargin overflowInline overflowWrap overflowX overflowY overlay overscrollBehavior
    overscrollBehaviorBlock overscrollBehaviorInline overscrollBehaviorX overscrollBehaviorY padding
    paddingBlock paddingBlockEnd paddingBlockStart paddingBottom paddingInline paddingInlineEnd
    paddingInlineStart paddingLeft paddingRight paddingTop page pageBreakAfter pageBreakBefore pageBreakInside
    pageMarginSafety pageOrientation paintOrder perspective perspectiveOrigin placeContent placeItems placeSelf
    pointerEvents position positionAnchor positionArea positionTry positionTryFallbacks positionTryOrder
    positionVisibility printColorAdjust quotes r readingFlow readingOrder resize right rotate rowGap rowRule
    rowRuleBreak rowRuleColor rowRuleInset rowRuleInsetCap rowRuleInsetCapEnd rowRuleInsetCapStart
    rowRuleInsetEnd rowRuleInsetJunction rowRuleInsetJunctionEnd rowRuleInsetJunctionStart rowRuleInsetStart
    rowRuleStyle rowRuleVisibilityItems rowRuleWidth rubyAlign rubyOverhang rubyPosition rule ruleBreak
    ruleColor ruleInset ruleInsetCap ruleInsetEnd ruleInsetJunction ruleInsetStart ruleOverlap ruleStyle
    ruleVisibilityItems ruleWidth rx ry scale scrollAxisLock scrollBehavior scrollInitialTarget scrollMargin
    scrollMarginBlock scrollMarginBlockEnd scrollMarginBlockStart scrollMarginBottom scrollMarginInline
    scrollMarginInlineEnd scrollMarginInlineStart scrollMarginLeft scrollMarginRight scrollMarginTop
    scrollMarkerGroup scrollPadding scrollPaddingBlock scrollPaddingBlockEnd scrollPaddingBlockStart
    scrollPaddingBottom scrollPaddingInline scrollPaddingInlineEnd scrollPaddingInlineStart scrollPaddingLeft
    scrollPaddingRight scrollPaddingTop scrollSnapAlign scrollSnapStop scrollSnapType scrollTargetGroup
    scrollTimeline scrollTimelineAxis scrollTimelineName scrollbarColor scrollbarGutter scrollbarWidth
    shapeImageThreshold shapeMargin shapeOutside shapeRendering size speak stopColor stopOpacity stroke
    strokeDasharray strokeDashoffset strokeLinecap strokeLinejoin strokeMiterlimit strokeOpacity strokeWidth
    tabSize tableLayout textAlign textAlignLast textAnchor textAutospace textBox textBoxEdge textBoxTrim
    textCombineUpright textDecoration textDecorationColor textDecorationLine textDecorationSkipInk
    textDecorationStyle textDecorationThickness textEmphasis textEmphasisColor textEmphasisPosition
    textEmphasisStyle textFit textIndent textJustify textOrientation textOverflow textRendering textShadow
    textSizeAdjust textSpacingTrim textTransform textUnderlineOffset textUnderlinePosition textWrap textWrapMode
    textWrapStyle timelineScope timelineTrigger timelineTriggerActivationRange timelineTriggerActivationRangeEnd
    timelineTriggerActivationRangeStart timelineTriggerActiveRange timelineTriggerActiveRangeEnd
    timelineTriggerActiveRangeStart timelineTriggerName timelineTriggerSource top touchAction transform
    transformBox transformOrigin transformStyle transition transitionBehavior transitionDelay transitionDuration
    transitionProperty transitionTimingFunction translate triggerScope unicodeBidi userSelect vectorEffect
    verticalAlign viewTimeline viewTimelineAxis viewTimelineInset viewTimelineName viewTransitionClass
    viewTransitionGroup viewTransitionName viewTransitionScope visibility whiteSpace whiteSpaceCollapse widows
    width willChange windowDrag wordBreak wordSpacing wordWrap writingMode x y zIndex zoom
    """)
