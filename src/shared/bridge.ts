/** The one bridge that the desktop's preload script exposes as `window.restill`. Paths never cross it: folders are named by tokens. */

/** A folder or dropped files that the studio may import; the token is good for `library.import` and other calls that take a place. */
export interface ChosenPlace { token: string, name: string }

/** One line of the menus, as the window's command registry knows it. */
export interface MenuCommand { id: string, label: string, group: string, keys: string | null, enabled: boolean }

export interface DesktopBridge {
  readonly door: 'desktop'
  /** Asks for a message port to the studio; it arrives as a window message `portMessage` with the port transferred. */
  connect: () => void
  /** The system's folder dialog; null when it was closed. */
  chooseFolder: () => Promise<ChosenPlace | null>
  /** Files and folders (`File` objects) that were dropped on the window. */
  placesOf: (files: readonly object[]) => Promise<readonly ChosenPlace[]>
  setMenus: (commands: readonly MenuCommand[]) => void
  /** Calls back when a menu line is chosen; returns what ends it. */
  onCommand: (run: (id: string) => void) => () => void
}

/** `data` of the window message that carries the port. */
export const portMessage = 'restill:port'
