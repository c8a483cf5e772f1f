// Shell completion, made from the commands themselves, so that it cannot lack one. The script knows
// words only: it starts no process while the user types.
import type { Command } from 'commander'
import { CommandError } from './failure.js'

/** The words that may follow a command: its subcommands and its flags. */
interface Completion {
  /** Such as `region stop`; empty for the program itself. */
  readonly path: string
  readonly words: readonly string[]
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export function runCompletion(program: Command, shell: string): void {
  const completions = completionsOf(program, [])
  if (shell === 'bash') process.stdout.write(bashScript(completions))
  else if (shell === 'zsh') {
    process.stdout.write(`autoload -U +X bashcompinit && bashcompinit\n${bashScript(completions)}`)
  } else if (shell === 'fish') process.stdout.write(fishScript(completions))
  else throw new CommandError(`No completion for ${shell}: it is one of ${SHELLS.join(', ')}.`)
}

function completionsOf(command: Command, path: readonly string[]): readonly Completion[] {
  const help = command.createHelp()
  const shown = help.visibleCommands(command).filter((each) => each.name() !== 'help')
  const flags = help.visibleOptions(command).flatMap((option) => option.long ?? [])
  return [
    { path: path.join(' '), words: [...shown.map((each) => each.name()), ...flags] },
    ...shown.flatMap((each) => completionsOf(each, [...path, each.name()])),
  ]
}

function bashScript(completions: readonly Completion[]): string {
  const paths = completions.map(({ path }) => path).filter((path) => path !== '')
  const cases = completions.map(({ path, words }) => `    "${path}") words="${words.join(' ')}" ;;`)
  return `_twinpool() {
  local path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${paths.map((path) => `"${path}"`).join(' | ')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _twinpool twinpool
`
}

function fishScript(completions: readonly Completion[]): string {
  const lines = completions.flatMap(({ path, words }) => {
    const parents = path === '' ? [] : path.split(' ')
    const seen = parents.map((name) => `__fish_seen_subcommand_from ${name}`)
    const own = completions
      .filter((each) => each.path.split(' ').slice(0, -1).join(' ') === path && each.path !== '')
      .map((each) => each.path.split(' ').at(-1))
    const notYet = own.length === 0 ? [] : [`not __fish_seen_subcommand_from ${own.join(' ')}`]
    const condition = [...seen, ...notYet].join('; and ')
    const when = condition === '' ? '' : ` -n '${condition}'`
    return words.map((word) =>
      word.startsWith('--')
        ? `complete -c twinpool${when} -l ${word.slice(2)}`
        : `complete -c twinpool${when} -a ${word}`,
    )
  })
  return `${lines.join('\n')}\n`
}
