/**
 * ChatML as Qwen's models use it, without a system text of its own: the embedded models' template, and the layout of a
 * Qwen model whose tokenizer brings no template.
 */

/**
 * The template; `image` is what stands for an image. Messages may have their content as a list of parts or as one
 * string.
 */
export function chatMl(image: string): string {
  const part = `{% if part['type'] == 'image' %}${image}{% else %}{{ part['text'] }}{% endif %}`;
  const parts = `{% for part in message['content'] %}${part}{% endfor %}`;
  const content = `{% if message['content'] is string %}{{ message['content'] }}{% else %}${parts}{% endif %}`;
  const message = `<|im_start|>{{ message['role'] }}\n${content}<|im_end|>\n`;
  return `{% for message in messages %}${message}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}`;
}
