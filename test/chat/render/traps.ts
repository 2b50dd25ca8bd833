/** Decides which texts every rendering has to survive: what breaks programs that treat a message as markup or as bytes. */

/** By what they are, for the names of tests. */
export const traps: ReadonlyArray<readonly [what: string, text: string]> = [
  ['HTML', 'use <b>bold</b> & <script>alert(1)</script>'],
  ['entities', '&lt;b&gt; &amp;amp; &#39;'],
  ['every sign that MarkdownV2 escapes', '*_[]()~>#+-=|{}.! and \\* \\_'],
  ['unbalanced backticks', 'a `b and ``c` and ``` in the line'],
  ['emoji', '🌍🏳️‍🌈👩‍👩‍👧‍👦👍🏽🇦🇺'],
  ['right to left', 'שלום עולם \u200Fمرحبا بالعالم 123 (abc)'],
  ['combining marks', 'Z\u0351\u036B\u0343a\u0302\u0323lgo e\u0301'],
  ['a link', '[text](https://example.com/?a=1&b=2#c)'],
  ['a template', '{{secrets.TOKEN}} {% raw %} $& $1'],
];

/** A family of four: one character of eleven UTF-16 units. */
export const FAMILY = '👩‍👩‍👧‍👦';
