// Whether JSON of our own making is whole. What an earlier version wrote and this one cannot use counts as nothing.
import type { Json } from '../ports/json.ts'

/** Required fields and their types; `object` takes no null. What T has besides is optional. */
export type Shape<T> = { readonly [key in keyof T]?: 'string' | 'number' | 'object' }

/** The value as T, if every field of the shape is there and of its type: sealed by ourselves, no more is checked. */
export function ifShaped<T>(value: Json | undefined, shape: Shape<T>): T | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const fields = value as { readonly [key: string]: Json | undefined }
  for (const [name, type] of Object.entries(shape)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (field === null || typeof field !== type) return undefined
  }
  return value as T
}
