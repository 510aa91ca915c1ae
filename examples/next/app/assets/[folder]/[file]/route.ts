// The scripts of the pages.
import { resolve } from 'node:path'
import { openAssets } from '@countersign/example-shop'
import { answerMessage } from '../../../../lib/answer.ts'

// from this folder's root, where Next runs
const assets = openAssets(resolve(/* turbopackIgnore: true */ '../shop'))

export async function GET(
  req: Request,
  { params }: { params: Promise<{ folder: string; file: string }> },
): Promise<Response> {
  const { folder, file } = await params
  const asset = assets(folder, file)
  return asset === undefined
    ? answerMessage(req, 404)
    : new Response(asset.body, { headers: asset.headers })
}
