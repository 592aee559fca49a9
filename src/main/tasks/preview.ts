/** A sheet of questions with their pictures, texts and answers, for looking at what a category and split ask. */
import { createCanvas, loadImage, type SKRSContext2D } from '@napi-rs/canvas';
import type { Question } from '../../shared/question.ts';
import { wrap } from '../../shared/text/wrap.ts';
import { FONT_FAMILY } from './scene/drawing/pen.ts';
import { registerFont, renderPng, TINY_IMAGE_SIZE } from './scene/render.ts';

const CARD = { width: 300, height: 236, picture: 148, columns: 4, margin: 12 } as const;

/** A PNG of questions: each picture large and (right of it) at the tiny model's 56 pixels, text, answer. */
export async function previewSheet(questions: readonly Question[]): Promise<Buffer> {
  registerFont();
  const rows = Math.ceil(questions.length / CARD.columns);
  const canvas = createCanvas(CARD.columns * CARD.width, Math.max(1, rows) * CARD.height);
  const context = canvas.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const [at, question] of questions.entries()) {
    const x = (at % CARD.columns) * CARD.width;
    const y = Math.floor(at / CARD.columns) * CARD.height;
    await drawCard(context, question, x, y);
  }
  return canvas.toBuffer('image/png');
}

async function drawCard(context: SKRSContext2D, question: Question, x: number, y: number): Promise<void> {
  const { margin, picture, width, height } = CARD;
  context.strokeStyle = '#ccc';
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  context.drawImage(await loadImage(renderPng(question, picture)), x + margin, y + margin, picture, picture);
  context.drawImage(
    await loadImage(renderPng(question)),
    x + margin * 2 + picture,
    y + margin,
    TINY_IMAGE_SIZE,
    TINY_IMAGE_SIZE,
  );
  context.strokeRect(x + margin - 0.5, y + margin - 0.5, picture + 1, picture + 1);
  context.textAlign = 'left';
  context.font = `bold 11px ${FONT_FAMILY}`;
  const [asked = '', ...options] = question.text.split('\n');
  context.fillStyle = '#777';
  context.fillText(question.template, x + margin * 2 + picture, y + margin + TINY_IMAGE_SIZE + 16);
  context.fillStyle = '#111';
  options.forEach((option, at) => {
    context.fillText(clip(option, 19), x + margin * 2 + picture, y + margin + TINY_IMAGE_SIZE + 34 + at * 15);
  });
  wrap(asked, 41).forEach((line, at) => {
    context.fillText(line, x + margin, y + margin + picture + 18 + at * 14);
  });
  context.fillStyle = '#0a6a2a';
  wrap(`= ${question.answer}`, 41).forEach((line, at) => {
    context.fillText(line, x + margin, y + height - 22 + at * 13);
  });
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}~`;
}
