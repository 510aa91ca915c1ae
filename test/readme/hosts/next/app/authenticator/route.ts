// Stands in for a phone.
import { shop } from '../../codes'

export function GET(req: Request): Response {
  return Response.json({
    code: shop().codes.current(new URL(req.url).searchParams.get('user') ?? ''),
  })
}
