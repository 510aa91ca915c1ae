// Options that several commands have, each told once.
import type { Option } from './command.ts'

export const DATA: Option = {
  type: 'text',
  value: 'dir',
  text: 'the data directory of the app [COUNTERSIGN_DATA, else .countersign]',
}

export const JSON_OUT: Option = {
  type: 'flag',
  text: 'write one JSON document to standard output, and nothing else',
}

export const BY: Option = {
  type: 'text',
  value: 'name',
  text: 'who does this, for the record [the name of the user who runs the command]',
}

export const WHY: Option = {
  type: 'text',
  value: 'reason',
  required: true,
  text: 'why, for the record',
}

export const KEY: Option = {
  type: 'text',
  value: 'file',
  text: 'on a shared backend, the private operator key (JWK) that signs this',
}

export const POSTGRES: Option = {
  type: 'text',
  value: 'url',
  text: 'the database: postgres://owner@db.example/shop',
}

export const SCHEMA: Option = {
  type: 'text',
  value: 'name',
  text: 'the schema of its tables [countersign]',
}
