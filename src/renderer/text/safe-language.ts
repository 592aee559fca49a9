/**
 * Chromium under a POSIX locale reports a language (en-US@posix) that Intl refuses, which would stop the chart library, and with it the
 * page, while it loads. Imported first.
 */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
}
