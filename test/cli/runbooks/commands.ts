// The commands that a runbook has for a shell: blocks marked `sh`, lines of unmarked blocks that
// begin with a prompt, and commands between backquotes in the text.

/** Programs, and functions of the README, whose name begins a command. */
const PROGRAMS = ['twinpool', 'npx', 'npm', 'node', 'aws', 'west', 'east', 'psql', 'systemctl']
const IS_COMMAND = new RegExp(`^(?:${PROGRAMS.join('|')}) +\\S`)
const BLOCK = /^( *)```(\S*)\n([\s\S]*?)^ *```$/gm

/** In the order of the text; a block marked `sh` is one command of several lines. */
export function shellCommandsOf(runbook: string): readonly string[] {
  const commands: string[] = []
  const prose = runbook.replace(BLOCK, (_block, indent: string, kind: string, content: string) => {
    commands.push(...commandsOfBlock(kind, content.replaceAll(new RegExp(`^${indent}`, 'gm'), '')))
    return ''
  })
  if (prose.includes('```')) throw new Error('a block of code does not end')
  for (const [, code = ''] of prose.matchAll(/`([^`]+)`/g)) {
    const text = code.replace(/\s+/g, ' ').trim()
    if (IS_COMMAND.test(text)) commands.push(text)
  }
  return commands
}

function commandsOfBlock(kind: string, content: string): readonly string[] {
  if (kind === 'sh') return [content.trim()]
  // Statements for psql have a test of their own, in test/replication.
  if (kind === 'sql') return []
  if (kind !== '') throw new Error(`nothing runs blocks that are marked ${kind}`)
  const lines = content.split('\n')
  const lost = lines.find((line) => IS_COMMAND.test(line))
  if (lost !== undefined) throw new Error(`a command needs a prompt or a block marked sh: ${lost}`)
  return lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2))
}
