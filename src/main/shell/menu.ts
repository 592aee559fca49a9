/** The native menu: the page's actions and pages, and what every program has under the names that its platform uses. */

import type { MenuItemConstructorOptions } from 'electron';
import { ACTIONS, type ActionId, PAGES } from '../../shared/app/actions.ts';
import type { ShellMessage } from '../../shared/app/shell-bridge.ts';
import { present } from '../../shared/values/list.ts';

type Item = MenuItemConstructorOptions;
const LINE: Item = { type: 'separator' };

/** The menu for a platform; `tell` passes on what was chosen. */
export function menuTemplate(name: string, platform: NodeJS.Platform, tell: (message: ShellMessage) => void): Item[] {
  const mac = platform === 'darwin';
  const action = (id: ActionId): Item => {
    const action: { title: string; accelerator?: string } = present(
      ACTIONS.find((each) => each.id === id),
      `action ${id}`,
    );
    return { id, label: action.title, click: () => tell({ kind: 'action', id }), ...accelerated(action.accelerator) };
  };
  const settings: Item = {
    label: 'Settings…',
    accelerator: 'CmdOrCtrl+,',
    click: () => tell({ kind: 'go', address: '/settings' }),
  };
  const imports = (['import-archive', 'verify-archive', 'import-model', 'import-data'] as const).map(action);
  return [
    ...(mac
      ? [
          {
            label: name,
            submenu: [
              { role: 'about' },
              LINE,
              settings,
              LINE,
              { role: 'hide' },
              { role: 'hideOthers' },
              LINE,
              { role: 'quit' },
            ],
          } as Item,
        ]
      : []),
    {
      label: 'File',
      submenu: [
        action('new-study'),
        action('open-study-file'),
        LINE,
        ...imports,
        ...(mac ? [] : [LINE, settings, LINE, { role: 'quit' } as Item]),
      ],
    },
    { role: 'editMenu' },
    {
      label: 'Go',
      submenu: [
        action('palette'),
        LINE,
        ...PAGES.map(({ path, title }, i): Item => {
          const go = () => tell({ kind: 'go', address: `/${path}` });
          return { label: title.replace('&', '&&'), click: go, accelerator: `CmdOrCtrl+${i + 1}` };
        }),
      ],
    },
    {
      label: 'View',
      submenu: [
        { role: 'reload' },
        action('theme'),
        LINE,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        LINE,
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [action('shortcuts')] },
  ];
}

/** The page hears Ctrl+K itself, in a browser too: the menu only shows it. */
function accelerated(keys: string | undefined): Item {
  if (keys === undefined) return {};
  return keys === 'CmdOrCtrl+K' ? { accelerator: keys, registerAccelerator: false } : { accelerator: keys };
}
