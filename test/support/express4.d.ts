// Express 4 beside 5: what both have in common is typed as 5's.
declare module 'express4' {
  import express from 'express'
  export default express
}
