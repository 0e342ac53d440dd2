#include "rans.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"

#define STATES     4
#define LEAST      65536u /* the smallest state between two symbols, and where the encoder begins */
#define HEAD_WORDS (2 * STATES)

/* ---- encoding ------------------------------------------------------------------------------ */

/* What the encoder needs of a symbol. */
struct step {
    uint64_t reciprocal; /* 2^44 / frequency, rounded up */
    uint32_t frequency, start;
};

static void fill_steps(const struct count_code *code, struct step *step)
{
    uint32_t start = 0;
    for (unsigned j = 0; j <= code->symbols; j++) {
        const uint32_t frequency = code->frequency[j];
        step[j].reciprocal = frequency > 0 ? (((uint64_t)1 << 44) - 1) / frequency + 1 : 0;
        step[j].frequency = frequency;
        step[j].start = start;
        start += frequency;
    }
}

/* Put a symbol into a state, which first gives off a word if it would become too large. It is then
 * below frequency * 2^20, so that its product with the reciprocal is below 2^64; as a quotient this
 * is too large by less than 2^-12, but 1 / frequency is more, so that it is exact when cut off. */
static inline void put_symbol(uint32_t *state, const struct step *step, uint8_t **word)
{
    uint32_t x = *state;
    const uint32_t full = x >= step->frequency << 20;
    store_u16(*word - 2, (uint16_t)x);
    *word -= 2 * full;
    x >>= 16 * full;
    const uint32_t quotient = (uint32_t)(x * step->reciprocal >> 44);
    *state = x + quotient * (SLOTS - step->frequency) + step->start;
}

/* Backwards, so that the decoder goes forwards. Returns where the words begin, which end at `word`.
 * No count gives off more than one. */
static uint8_t *put_symbols(struct step *const step[COUNT_CLASSES], const uint8_t *class,
                            const uint8_t *symbol, size_t n, uint8_t *word)
{
    uint32_t state[STATES] = {LEAST, LEAST, LEAST, LEAST};
    size_t i = n;
    for (; i % STATES > 0; i--)
        put_symbol(&state[(i - 1) % STATES], &step[class[i - 1]][symbol[i - 1]], &word);
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    for (; i > 0; i -= STATES) {
        put_symbol(&d, &step[class[i - 1]][symbol[i - 1]], &word);
        put_symbol(&c, &step[class[i - 2]][symbol[i - 2]], &word);
        put_symbol(&b, &step[class[i - 3]][symbol[i - 3]], &word);
        put_symbol(&a, &step[class[i - 4]][symbol[i - 4]], &word);
    }
    const uint32_t last[STATES] = {a, b, c, d};
    word -= 2 * HEAD_WORDS;
    for (unsigned k = 0; k < STATES; k++)
        store_u32(word + 4 * k, last[k]);
    return word;
}

/* The steps of the symbols of all classes; NULL if there is no memory for them. */
static struct step *steps_create(const struct count_codes *codes, struct step *of[COUNT_CLASSES])
{
    struct step *steps = malloc((codes->n + 1) * (MOST_SYMBOLS + 1) * sizeof *steps), *next = steps;
    if (!steps)
        return NULL;
    for (unsigned c = 0; c < COUNT_CLASSES; c++) {
        if (!codes->of[c])
            continue;
        fill_steps(codes->of[c], next);
        of[c] = next;
        next += MOST_SYMBOLS + 1;
    }
    return steps;
}

wn_status rans_write(struct writer *w, const struct count_codes *codes, const uint8_t *class,
                     const uint8_t *symbol, size_t n)
{
    struct step *step[COUNT_CLASSES] = {NULL};
    struct step *steps = steps_create(codes, step);
    const size_t room = 2 * (n + HEAD_WORDS);
    uint8_t *word = malloc(room);
    if (steps && word) {
        const uint8_t *end = word + room, *first = put_symbols(step, class, symbol, n, word + room);
        write_u32(w, (uint32_t)((size_t)(end - first) / 2));
        uint8_t *to = write_room(w, (size_t)(end - first));
        if (to)
            memcpy(to, first, (size_t)(end - first));
    }
    const wn_status status = steps && word ? WN_OK : WN_ERR_MEMORY;
    free(steps);
    free(word);
    return status;
}

/* ---- decoding ------------------------------------------------------------------------------ */

/* For each slot, of the symbol it belongs to: 12 bits of the frequency, 12 bits of how far it is
 * from the start, 8 bits of the symbol itself. */
static void fill_slots(const struct count_code *code, uint32_t slot[SLOTS])
{
    for (uint32_t j = 0; j <= code->symbols; j++) {
        const uint32_t frequency = code->frequency[j];
        for (uint32_t offset = 0; offset < frequency; offset++)
            *slot++ = frequency << 20 | offset << 8 | j;
    }
}

/* The slots of all classes; NULL if there is no memory for them. */
static uint32_t *slots_create(const struct count_codes *codes, uint32_t *of[COUNT_CLASSES])
{
    uint32_t *slots = malloc((codes->n + 1) * SLOTS * sizeof *slots), *next = slots;
    if (!slots)
        return NULL;
    for (unsigned c = 0; c < COUNT_CLASSES; c++) {
        if (!codes->of[c])
            continue;
        fill_slots(codes->of[c], next);
        of[c] = next;
        next += SLOTS;
    }
    return slots;
}

/* Take a symbol out of a state, and a word in if it is needed, which no branch could foresee. */
static inline uint8_t take_symbol(uint32_t *state, const uint32_t *slots, const uint8_t **word)
{
    const uint32_t entry = slots[*state % SLOTS];
    const uint32_t x = (entry >> 20) * (*state / SLOTS) + (entry >> 8) % SLOTS;
    const uint32_t low = x < LEAST;
    *state = x << 16 * low | (load_u16(*word) & -low);
    *word += 2 * low;
    return (uint8_t)entry;
}

/* False if the words are not those of n symbols. Beyond the end they must be readable for STATES
 * words more. */
static bool take_symbols(uint32_t *const slot[COUNT_CLASSES], const uint8_t *class, size_t n,
                         const uint8_t *word, const uint8_t *end, uint8_t *symbol)
{
    uint32_t state[STATES];
    for (unsigned k = 0; k < STATES; k++)
        state[k] = load_u32(word + 4 * k);
    word += 2 * HEAD_WORDS;
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    size_t i = 0;
    for (; i + STATES <= n && word <= end; i += STATES) {
        symbol[i] = take_symbol(&a, slot[class[i]], &word);
        symbol[i + 1] = take_symbol(&b, slot[class[i + 1]], &word);
        symbol[i + 2] = take_symbol(&c, slot[class[i + 2]], &word);
        symbol[i + 3] = take_symbol(&d, slot[class[i + 3]], &word);
    }
    if (word > end)
        return false;
    uint32_t rest[STATES] = {a, b, c, d};
    for (unsigned k = 0; i < n; i++, k++)
        symbol[i] = take_symbol(&rest[k], slot[class[i]], &word);
    bool at_start = word == end;
    for (unsigned k = 0; k < STATES; k++)
        at_start = at_start && rest[k] == LEAST;
    return at_start;
}

/* The words, with room to read beyond their end. */
static uint8_t *padded_words(const uint8_t *word, size_t bytes)
{
    uint8_t *padded = malloc(bytes + 2 * STATES);
    if (!padded)
        return NULL;
    memcpy(padded, word, bytes);
    memset(padded + bytes, 0, 2 * STATES);
    return padded;
}

wn_status rans_read(struct reader *r, const struct count_codes *codes, const uint8_t *class,
                    size_t n, uint8_t *symbol)
{
    const size_t bytes = 2 * (size_t)read_u32(r);
    const uint8_t *stored = read_bytes(r, bytes);
    if (!stored)
        return WN_ERR_TRUNCATED;
    if (bytes < 2 * HEAD_WORDS)
        return WN_ERR_CORRUPT;
    uint32_t *slot[COUNT_CLASSES] = {NULL};
    uint32_t *slots = slots_create(codes, slot);
    uint8_t *word = padded_words(stored, bytes);
    wn_status status = WN_ERR_MEMORY;
    if (slots && word) {
        const bool good = take_symbols(slot, class, n, word, word + bytes, symbol);
        status = good ? WN_OK : WN_ERR_CORRUPT;
    }
    free(slots);
    free(word);
    return status;
}
