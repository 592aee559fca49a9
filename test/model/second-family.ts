/**
 * A made-up second family, through the door that a real one takes: another model_type, another config.json, other names
 * in files, a tower that is one linear layer over quarters of the picture, positions on one axis, another image token,
 * another chat layout.
 */
import * as tf from '@tensorflow/tfjs-core';
import { chatTemplate } from '../../src/main/model/chat/chat-template.ts';
import { decoderTensors, linearTensors } from '../../src/main/model/families/decoder-tensors.ts';
import type { ImageGrid, ModelConfig, ModelFamily } from '../../src/main/model/families/family.ts';
import { resizeBicubic } from '../../src/main/model/image/resize.ts';
import type { RgbPixels } from '../../src/main/model/image/rgb-pixels.ts';
import { linear } from '../../src/main/model/network/ops.ts';
import { matrix, vector } from '../../src/main/model/network/weights.ts';

interface QuartersConfig extends ModelConfig {
  readonly quarterSide: number; // pixels
}

interface QuartersGrid extends ImageGrid {
  readonly quarters: number;
}

/** A config.json that parseConfig reads. */
export const QUARTERS_JSON = {
  model_type: 'quarters_vl',
  sizes: { vocabulary: 512, width: 64, inner: 64, layers: 2, heads: 2 },
  quarter: 8,
  image_token: 511, // <|video_pad|> of the tiny tokenizer
  end_token: 507, // <|im_end|>
};

const LAYOUT =
  "{% for m in messages %}{{ m.role }} : {% for p in m.content %}{{ '<|video_pad|>' if p.type == 'image' else p.text }}{% endfor %} {% endfor %}{% if add_generation_prompt %}assistant : {% endif %}";
const layout = chatTemplate(LAYOUT, 'Quarters');

const widthOf = ({ quarterSide }: QuartersConfig): number => 3 * quarterSide ** 2;

export const quarters: ModelFamily<QuartersConfig, QuartersGrid> = {
  modelType: 'quarters_vl',
  title: 'Quarters',
  parseConfig: (json) => {
    const { sizes, quarter, image_token, end_token, model_type } = json as typeof QUARTERS_JSON;
    const headDim = sizes.width / sizes.heads;
    return {
      modelType: model_type,
      text: {
        vocabSize: sizes.vocabulary,
        hiddenSize: sizes.width,
        intermediateSize: sizes.inner,
        numHiddenLayers: sizes.layers,
        numAttentionHeads: sizes.heads,
        numKeyValueHeads: 1,
        headDim,
        rmsNormEps: 1e-6,
        ropeTheta: 10_000,
        mropeSection: [headDim / 2],
        maxPositionEmbeddings: 512,
        tieWordEmbeddings: true,
        eosTokenIds: [end_token],
        bosTokenId: null,
        padTokenId: null,
      },
      imageTokenId: image_token,
      quarterSide: quarter,
    };
  },
  configJson: ({ modelType, text, imageTokenId, quarterSide }) => ({
    model_type: modelType,
    sizes: {
      vocabulary: text.vocabSize,
      width: text.hiddenSize,
      inner: text.intermediateSize,
      layers: text.numHiddenLayers,
      heads: text.numAttentionHeads,
    },
    quarter: quarterSide,
    image_token: imageTokenId,
    end_token: text.eosTokenIds[0],
  }),
  describeVision: ({ quarterSide }) => `4 quarters of ${quarterSide}x${quarterSide} pixels`,

  expectedTensors: (config) => [
    ...linearTensors('eye.look', config.text.hiddenSize, widthOf(config), true),
    ...decoderTensors(config.text),
  ],
  weightName: (name) => name.replace(/^net\./, ''),
  fileName: (name) => `net.${name}`,
  modulePath: (name) => `net.${name.replace(/\.weight$/, '')}`,
  visionPrefix: 'eye.',
  loraTargets: /\.mlp\.up_proj\.weight$/,

  imageEncoder: ({ quarterSide }) => {
    const side = 2 * quarterSide;
    const encode = (pixels: RgbPixels) => {
      const { data } = resizeBicubic(pixels, { width: side, height: side });
      const pixelValues = new Float32Array(data.length);
      data.forEach((byte, i) => {
        const [x, y, channel] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side), i % 3];
        const quarter = 2 * Math.floor(y / quarterSide) + Math.floor(x / quarterSide);
        const inside = ((y % quarterSide) * quarterSide + (x % quarterSide)) * 3 + channel;
        pixelValues[quarter * 3 * quarterSide ** 2 + inside] = byte / 127.5 - 1;
      });
      return { pixelValues, grid: { key: 'four', tokens: 4, rows: 4, quarters: 4 } };
    };
    const gridOf = () => ({ key: 'four', tokens: 4, rows: 4, quarters: 4 });
    return { encode, gridOf, boundsOf: () => ({ minPixels: side ** 2, maxPixels: side ** 2 }) };
  },
  preprocessorJson: ({ quarterSide }) => ({ quarter: quarterSide }),
  pictureSide: ({ quarterSide }) => 2 * quarterSide,
  pixelWidth: widthOf,
  givenImages: () => null,
  imageFeatures: (_config, w, { pixels }) =>
    tf.tanh(linear(pixels, matrix(w, 'eye.look.weight'), vector(w, 'eye.look.bias'))),

  imageMark: '<|video_pad|>',
  chat: (messages, template) => (template ?? layout).render(messages, '<|video_pad|>'),
  imageText: (_config, { tokens }) => '<|video_pad|>'.repeat(tokens),
  positions: (_config, ids) => [Int32Array.from(ids.keys())],
};
