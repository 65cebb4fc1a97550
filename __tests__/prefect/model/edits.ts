import { type Edit, sound } from './commands.ts'
import type { Entry, ProjectFile } from './project.ts'

/** The file after an edit; a file that names nothing is none, so that its last entry stays. */
export function edited(file: ProjectFile, edit: Edit): ProjectFile {
  switch (edit.edit) {
    case 'other files':
      return file
    case 'add entry': {
      const { flow, name } = edit.with
      return file.some((one) => one.flow === flow && one.name === name) ? file : [...file, edit.with]
    }
    case 'drop entry':
      return file.length === 1 ? file : file.toSpliced(edit.place % file.length, 1)
    case 'drop all others':
      return file.filter((_, at) => at === edit.place % file.length)
    case 'entry':
    case 'line':
    case 'trigger':
    case 'add line':
    case 'drop line':
    case 'no lines':
    case 'add trigger':
    case 'drop trigger':
      return file.map((one, at) => (at === edit.place % file.length ? sound(editedEntry(one, edit)) : one))
  }
}

function editedEntry(
  entry: Entry,
  edit: Exclude<Edit, { edit: 'other files' | 'add entry' | 'drop entry' | 'drop all others' }>,
): Entry {
  const { lines, triggers } = entry
  switch (edit.edit) {
    case 'entry':
      return { ...entry, ...edit.change }
    case 'line':
      return { ...entry, lines: changed(lines, edit.line, (one) => ({ ...one, ...edit.change })) }
    case 'trigger':
      return { ...entry, triggers: changed(triggers, edit.trigger, (one) => ({ ...one, ...edit.change })) }
    case 'add line':
      return { ...entry, lines: lines.toSpliced(edit.line % (lines.length + 1), 0, edit.with) }
    case 'drop line':
      return { ...entry, lines: lines.filter((_, at) => at !== edit.line % lines.length) }
    case 'no lines':
      return { ...entry, lines: [] }
    case 'add trigger':
      return { ...entry, triggers: triggers.toSpliced(edit.trigger % (triggers.length + 1), 0, edit.with) }
    case 'drop trigger':
      return { ...entry, triggers: triggers.filter((_, at) => at !== edit.trigger % triggers.length) }
  }
}

function changed<T>(list: readonly T[], place: number, change: (one: T) => T): readonly T[] {
  return list.map((one, at) => (at === place % list.length ? change(one) : one))
}
