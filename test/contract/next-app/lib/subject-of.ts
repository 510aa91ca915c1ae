import { contractIdentity } from '../../../../packages/testing/src/guard-contract/contract-app.ts'

export async function subjectOf(req: Request): Promise<string> {
  return (await contractIdentity(req.headers.get('cookie')))?.subject ?? ''
}
