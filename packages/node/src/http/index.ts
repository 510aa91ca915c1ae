// What @countersign/node/http exports, by name: for adapters of frameworks that stand on node:http.
export { editReply } from './edit-reply.ts'
export { readIncoming } from './read-incoming.ts'
export { sendReply } from './send-reply.ts'
