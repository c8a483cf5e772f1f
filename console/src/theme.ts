// Light or dark: as the system is, unless a person chose, which the browser remembers.
import { applyMode, Mode } from '@cloudscape-design/global-styles'
import { useEffect, useState } from 'react'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'twinpool-theme'

export function themeOf(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'system'
}

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(() => themeOf(localStorage.getItem(KEY)))
  useEffect(() => {
    const system = window.matchMedia('(prefers-color-scheme: dark)')
    const apply = () => {
      const isDark = theme === 'dark' || (theme === 'system' && system.matches)
      applyMode(isDark ? Mode.Dark : Mode.Light)
    }
    apply()
    system.addEventListener('change', apply)
    return () => system.removeEventListener('change', apply)
  }, [theme])
  return [
    theme,
    (chosen) => {
      localStorage.setItem(KEY, chosen)
      setTheme(chosen)
    },
  ]
}
