import { CACHEABLE } from '../../lib/answers.ts'
import { guard } from '../../lib/guard.ts'

export const GET = guard.route('account.view', () => {
  const parts = ['one ', 'two ', 'three']
  const stream = new ReadableStream<string>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      const part = parts.shift()
      if (part === undefined) controller.close()
      else controller.enqueue(part)
    },
  })
  return new Response(stream.pipeThrough(new TextEncoderStream()), { headers: CACHEABLE })
})
