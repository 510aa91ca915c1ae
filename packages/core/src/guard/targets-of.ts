// The trusted targets of a guard, on a framework's own request.
import type { TargetAdded, TargetList } from '../operate/targets.ts'
import type { Incoming } from './checked.ts'
import type { GuardCore } from './create-guard-core.ts'

export interface Targets<Request> extends TargetList {
  /**
   * Puts a target on the list of whoever is signed in. Only on a POST from the own pages, and only where what every rule
   * demands that lists the opt-out was proved within 15 minutes (and within the rule's `maxAge`); no opt-out counts. So guard
   * the route with an action whose rule demands at least as much.
   *
   * @param optOut its name in the policy in force, of kind trusted-target
   * @param target as it came from the form or the body
   */
  add(req: Request, optOut: string, target: unknown): Promise<TargetAdded>
}

export function targetsOf<Input, Request>(
  core: GuardCore<Input>,
  readRequest: (req: Request) => Incoming<Input>,
): Targets<Request> {
  return {
    ...core.targets,
    add: (req, optOut, target) => core.addTarget(readRequest(req), optOut, target),
  }
}
