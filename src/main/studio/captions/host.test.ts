import { expect, test } from 'vitest'
import { explain } from '../../../shared/errors.ts'
import { hostOf } from './host.ts'

test('addresses as people write them, and whether they are on this machine', () => {
  const cases: [string, string, boolean][] = [
    ['http://127.0.0.1:11434', 'http://127.0.0.1:11434', true], [' localhost ', 'http://localhost:11434', true], ['[::1]:5000', 'http://[::1]:5000', true],
    ['127.1:80', 'http://127.0.0.1', true], ['127.0.0.1/', 'http://127.0.0.1:11434', true], ['nas', 'http://nas:11434', false], ['https://ai.example/ollama/', 'https://ai.example/ollama', false],
    ['192.168.1.20:11434', 'http://192.168.1.20:11434', false], ['localhost.example.com', 'http://localhost.example.com:11434', false],
    ['127.0.0.1.example.com', 'http://127.0.0.1.example.com:11434', false], ['0.0.0.0', 'http://0.0.0.0:11434', false],
  ]
  for (const [text, address, isLocal] of cases) expect([text, hostOf(text)]).toMatchObject([text, { address, isLocal }])
})

test('what is no address, hides a password in it, or is the cloud is refused', () => {
  const codeOf = (text: string): string => {
    try {
      return hostOf(text).address
    } catch (thrown) {
      const { code, message } = explain(thrown)
      return message.includes('secret') ? message : code
    }
  }
  for (const text of ['', '://', 'ftp://x', 'file:///etc', 'http://me:secret@x']) expect([text, codeOf(text)]).toEqual([text, 'CAPTION_HOST_INVALID'])
  for (const text of ['https://ollama.com', 'ollama.com', 'https://api.ollama.com/x']) expect([text, codeOf(text)]).toEqual([text, 'CAPTION_CLOUD'])
})
