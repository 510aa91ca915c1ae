// The page of a challenge, for the person that it asks: with what their passkeys are to sign, if they have any.
import { demoAuthenticator } from './demo-authenticator.ts'
import type { Shop } from './open-shop.ts'
import { type StepUpData, type StepUpProblem, stepUpPage } from './pages/step-up-page.ts'

export type ShownChallenge = Pick<StepUpData, 'ticket' | 'action' | 'resource' | 'requirement'> & {
  readonly subject: string
}

export async function showStepUp(
  { demo, codes, passkeys }: Shop,
  challenge: ShownChallenge,
  {
    origin,
    fromHere,
    problem,
  }: {
    readonly origin: string
    /** As `isFromHere` says: only then a code of the demo is shown. */
    readonly fromHere: boolean
    readonly problem?: StepUpProblem | undefined
  },
): Promise<string> {
  const { subject: user, ticket } = challenge
  const { body } = demoAuthenticator(codes, { user, demo, fromHere })
  return stepUpPage({
    ...challenge,
    user,
    problem,
    demoCode: 'code' in body ? body.code : undefined,
    passkey: await passkeys.ask({ user, boundTo: ticket, origin }),
  })
}
