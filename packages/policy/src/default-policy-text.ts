// What `countersign init` writes: the default policy, with a word on each of its parts.

/** YAML; it has the same revision as `defaultPolicyDocument`. */
export const defaultPolicyText = `# The policy of this app: who has to prove themselves again, for what, and when not.
# \`countersign check\` tells every mistake in it; \`countersign activate\` puts it in force.
countersign: 1                        # the version of the policy language
name: default

# Every action name is accepted. Declare your own instead, with the attributes that conditions read:
#   actions:
#     account.view: {}
#     transfer.create: { resource: { amount: { type: integer, minimum: 1 } } }
#     api-key.create: { sensitive: true }             # nothing may waive it
actions: any

# Exceptions: each has an end and a risk ceiling, and answers only the rules that list it.
optOuts:
  remembered-device:                  # a browser that the person chose to trust after a completed challenge
    kind: trusted-device
    overall: 30d                      # for 30 days at most
    idle: 7d                          # and not once it was left unused for 7
    riskBelow: MEDIUM                 # and only while the risk is LOW

# All rules that match have to be met: the strictest wins, and their order never matters.
rules:
  - id: recent-login
    actions: ["*"]                    # * stands for any rest of a name
    require: { maxAge: 15m }          # a login, or a completed challenge, at most 15 minutes ago
    optOuts: [remembered-device]
  # - id: hot                         # a rule with a condition: it applies where this is true or unknown
  #   actions: ["*"]
  #   when: risk.level == "HIGH"
  #   require: { maxAge: 2m }
`
