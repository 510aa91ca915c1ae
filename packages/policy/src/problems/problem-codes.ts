// Every kind of mistake that a policy can contain, each with the sentence that explains it.

export const problemCodes = {
  // the text
  yaml_syntax: 'The text is neither YAML nor JSON.',
  text_too_long: 'A policy has at most two million characters.',
  nested_too_deep: 'Nothing in a policy is nested deeper than 40 levels.',
  not_one_document: 'A file holds exactly one policy.',
  directive: 'YAML directives are not used: policies are YAML 1.2.',
  anchor_or_alias: 'Anchors and aliases are not used: each part is written where it applies.',
  tag: 'YAML tags are not used: the type of a value follows from how it is written.',
  duplicate_key: 'The same key stands twice in one mapping: one of the two would be lost.',
  key_not_text: 'A key is a single word, not a list, a mapping or nothing.',
  control_character: 'Control characters do not belong in a policy.',
  reserved_name: 'Every JavaScript object has something of this name, so nothing can be called so.',
  not_json: 'A policy consists of texts, finite numbers, true, false, lists and mappings only.',
  // the shape
  wrong_type: 'A value of another type belongs here.',
  missing_key: 'A key that is needed is not there.',
  unknown_key: 'There is no such key here.',
  not_built_yet: 'The language has this, but this version of Countersign does not.',
  not_one_of: 'The value is not one of those that are possible here.',
  out_of_range: 'The number is too small or too large.',
  malformed: 'The text is not written as it has to be here.',
  empty: 'This may not be empty.',
  too_many: 'There are too many of these.',
  duplicate_item: 'The same item stands twice in one list.',
  exactly_one: 'Exactly one of several keys belongs here.',
  at_least_one: 'At least one of several keys belongs here.',
  // assurance
  duplicate_level: 'Two levels of assurance have the same acr.',
  level_out_of_order: 'A stronger level is earned by no more than a weaker one asks for.',
  unknown_level: 'The acr is not one of the levels of assurance.',
  unknown_method: 'The method is not one of those that RFC 8176 names.',
  // actions and routes
  bounds_reversed: 'The lower bound lies above the upper one.',
  unknown_action: 'The action is not declared.',
  path_not_canonical: 'The path is not written as requests are compared.',
  duplicate_route: 'The same method and path are routed to the same action twice.',
  // risk
  reserved_signal: 'The code belongs to Countersign itself.',
  unlikely_signal: 'The signal looks like a misspelling of one that exists.',
  level_unreachable: 'All signals together do not reach this level.',
  level_always_reached: 'The level holds before any signal is present.',
  start_is_high: 'Somebody who signs in for the first time would be at HIGH.',
  unknown_threat_model: 'The threat model is not declared.',
  unused_threat_model: 'No segment uses the threat model.',
  segments_missing: 'With several threat models, segments have to say which is for whom.',
  no_certain_segment:
    'Where no segment certainly matches, the risk is unknown and no opt-out holds.',
  // opt-outs
  until_too_far: 'An opt-out ends at most a year (366 days) ahead, and is then looked at again.',
  opt_out_ended: 'The opt-out has ended already.',
  idle_beyond_overall: 'A device cannot be idle for longer than it is trusted.',
  each_beyond_total: 'A single amount cannot be larger than the total.',
  approved_by_owner: 'A waiver is approved by somebody other than its owner.',
  network_everywhere: 'A network that contains every address is no limit.',
  unknown_opt_out: 'The opt-out is not declared.',
  unused_opt_out: 'No rule lists the opt-out, so it never holds.',
  allowance_attribute:
    'An allowance counts a numeric attribute that every action of its rules declares.',
  target_attribute:
    'A trusted target is a text or an integer that every action of its rules declares.',
  allowance_may_be_negative: 'A negative amount would give back what was spent.',
  // threats
  accepted_without_control:
    'Whoever accepts a threat says what keeps it small, or shows that it happens.',
  threat_unanswered: 'Nothing is done against the threat, and nobody accepted it.',
  // rules
  duplicate_rule: 'Two rules have the same id.',
  denial_with_opt_outs: 'A denial cannot be waived.',
  sensitive_with_opt_outs: 'A rule for a sensitive action may list no opt-out.',
  bind_attribute: 'A bound attribute is one that every action of the rule declares.',
  bind_too_long: 'What a person confirms has to be short enough to be shown, and to fit a cookie.',
  rule_matches_nothing: 'The pattern matches no declared action.',
  action_uncovered: 'An action is covered by no rule that always applies.',
  // conditions
  condition: 'The condition is not valid CEL, or asks for what is not there.',
  attribute_not_everywhere: 'Some actions of the condition do not declare the attribute.',
  condition_never_holds: 'No facts satisfy the condition: its parts contradict each other.',
  has_restricts: 'A rule asks with has() for a claim, so whoever lacks the claim escapes it.',
} as const

export type ProblemCode = keyof typeof problemCodes
