/** Entry of the page: takes the token out of the address, applies the theme, mounts the app. */
import './styles/tokens.css';
import './styles/base.css';
import 'uplot/dist/uPlot.min.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { takeToken } from './api/token.ts';
import { theme } from './state/theme.svelte.ts';

takeToken();
theme.start();
mount(App, { target: document.querySelector('#app')! });
