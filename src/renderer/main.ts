/** Entry of the page: exchanges the start link's token, applies the theme, mounts the app. */
import './text/safe-language.ts';
import '@fontsource-variable/noto-sans-sc';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import 'uplot/dist/uPlot.min.css';
import { mount } from 'svelte';
import { present } from '../shared/values/list.ts';
import App from './App.svelte';
import { letIn } from './api/session.ts';
import { theme } from './state/theme.svelte.ts';

await letIn();
theme.start();
mount(App, { target: present(document.querySelector('#app'), 'place for the page') });
