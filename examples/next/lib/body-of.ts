// The fields of a form or of a JSON body.

/** Empty where there is none that can be read. Takes the body: give it a clone where somebody else reads it too. */
export async function bodyOf(req: Request): Promise<Record<string, unknown>> {
  try {
    if (!/^application\/json\b/i.test(req.headers.get('content-type') ?? ''))
      return Object.fromEntries(await req.formData())
    const body: unknown = await req.json()
    return typeof body === 'object' && body !== null ? { ...body } : {}
  } catch {
    return {}
  }
}
