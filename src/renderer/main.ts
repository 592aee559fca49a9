/** Entry of the page: applies the theme, mounts the app. */
import './text/safe-language.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import 'uplot/dist/uPlot.min.css';
import { mount } from 'svelte';
import { present } from '../shared/values/list.ts';
import App from './App.svelte';
import { theme } from './state/theme.svelte.ts';

theme.start();
mount(App, { target: present(document.querySelector('#app'), 'place for the page') });
