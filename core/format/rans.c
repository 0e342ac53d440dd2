/* Range variant of asymmetric numeral systems: Duda, arXiv:1311.2540; interleaved states as in
 * Giesen, "Interleaved entropy coders", arXiv:1402.3392. The encoder divides by multiplication with
 * a reciprocal (Granlund and Montgomery, PLDI 1994). The decoder looks symbols up by slot, and with
 * AVX2 decodes eight states at once. Linear in the number of symbols. */
#include "format/rans.h"

#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"

#define STATES RANS_STATES

/* The smallest state between two symbols, and the initial state of the encoder. */
#define RANS_MIN_STATE 65536u

/* ---- encoding ------------------------------------------------------------------------------ */

/* What the encoder needs to know about a symbol. */
struct encode_step {
    uint64_t reciprocal; /* 2^44 / frequency, rounded up */
    uint32_t frequency, start;
};

static void fill_steps(const struct count_code *code, struct encode_step *step)
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

/* Encode a symbol into a state, which first emits a word if it would become too large. It is then
 * below frequency * 2^20, so that its product with the reciprocal is below 2^64. The quotient is
 * too large by less than 2^-12, which is less than 1 / frequency, so that it is exact once
 * truncated. */
static inline void put_symbol(uint32_t *state, const struct encode_step *step, uint8_t **word)
{
    uint32_t x = *state;
    const uint32_t full = x >= step->frequency << 20;
    store_u16(*word - 2, (uint16_t)x);
    *word -= 2 * full;
    x >>= 16 * full;
    const uint32_t quotient = (uint32_t)(x * step->reciprocal >> 44);
    *state = x + quotient * (SLOTS - step->frequency) + step->start;
}

/* Encode from the last symbol to the first, so that the decoder runs forwards. The words end at
 * `word`; returns where they begin. A symbol emits at most one word. */
static uint8_t *put_symbols(struct encode_step *const step[COUNT_CONTEXTS], const uint8_t *context,
                            const uint8_t *symbol, size_t n, uint8_t *word)
{
    uint32_t state[STATES];
    for (size_t k = 0; k < STATES; k++)
        state[k] = RANS_MIN_STATE;
    for (size_t i = n; i-- > 0;)
        put_symbol(&state[i % STATES], &step[context[i]][symbol[i]], &word);
    word -= 2 * RANS_HEAD_WORDS;
    for (unsigned k = 0; k < STATES; k++)
        store_u32(word + 4 * k, state[k]);
    return word;
}

/* The steps of the symbols of all contexts; NULL if out of memory. */
static struct encode_step *steps_create(const struct count_codes *codes,
                                        struct encode_step *of[COUNT_CONTEXTS])
{
    struct encode_step *steps = malloc((codes->n + 1) * (MAX_SYMBOLS + 1) * sizeof *steps),
                       *next = steps;
    if (!steps)
        return NULL;
    for (unsigned c = 0; c < COUNT_CONTEXTS; c++) {
        if (!codes->of[c])
            continue;
        fill_steps(codes->of[c], next);
        of[c] = next;
        next += MAX_SYMBOLS + 1;
    }
    return steps;
}

wn_status wn_rans_write(struct byte_writer *w, const struct count_codes *codes,
                        const uint8_t *context, const uint8_t *symbol, size_t n)
{
    struct encode_step *step[COUNT_CONTEXTS] = {NULL};
    struct encode_step *steps = steps_create(codes, step);
    const size_t room = 2 * (n + RANS_HEAD_WORDS);
    uint8_t *word = malloc(room);
    if (steps && word) {
        const uint8_t *end = word + room,
                      *first = put_symbols(step, context, symbol, n, word + room);
        wn_write_u32(w, (uint32_t)((size_t)(end - first) / 2));
        uint8_t *to = wn_write_room(w, (size_t)(end - first));
        if (to)
            memcpy(to, first, (size_t)(end - first));
    }
    const wn_status status = steps && word ? WN_OK : WN_ERR_MEMORY;
    free(steps);
    free(word);
    return status;
}

/* ---- reading ------------------------------------------------------------------------------- */

/* Bytes that may be read beyond the last word: one word for each state, and 16 bytes at a time. */
#define RANS_READ_PADDING (2 * STATES + 16)

/* Each slot: the frequency of its symbol (12 bits), its offset from the start of the symbol (12
 * bits), the symbol (8 bits). */
static void fill_slots(const struct count_code *code, uint32_t slot[SLOTS])
{
    for (uint32_t j = 0; j <= code->symbols; j++) {
        const uint32_t frequency = code->frequency[j];
        for (uint32_t offset = 0; offset < frequency; offset++)
            *slot++ = frequency << 20 | offset << 8 | j;
    }
}

/* Contexts without a code have slots of 0; those above all that have a code share one table. */
static bool slots_create(const struct count_codes *codes, struct rans_reader *rans)
{
    rans->contexts = 0;
    for (uint32_t c = 0; c < COUNT_CONTEXTS; c++)
        rans->contexts = codes->of[c] ? c + 1 : rans->contexts;
    rans->slots = malloc((rans->contexts + (size_t)1) * SLOTS * sizeof *rans->slots);
    for (size_t c = 0; rans->slots && c <= rans->contexts; c++) {
        uint32_t *slot = rans->slots + c * SLOTS;
        if (c < rans->contexts && codes->of[c])
            fill_slots(codes->of[c], slot);
        else
            memset(slot, 0, SLOTS * sizeof *slot);
    }
    return rans->slots;
}

/* order[mask][k]: the number of bits set below bit k of the mask, which is the word that state k
 * reads when the states in the mask read one each. */
static void fill_order(uint8_t order[256][8])
{
    for (unsigned mask = 0; mask < 256; mask++) {
        uint8_t before = 0;
        for (unsigned k = 0; k < 8; k++) {
            order[mask][k] = before;
            before = (uint8_t)(before + (mask >> k & 1));
        }
    }
}

/* Copy the words, padded by RANS_READ_PADDING bytes. */
static bool copy_words(const uint8_t *word, size_t bytes, struct rans_reader *rans)
{
    rans->words = malloc(bytes + RANS_READ_PADDING);
    if (!rans->words)
        return false;
    memcpy(rans->words, word, bytes);
    memset(rans->words + bytes, 0, RANS_READ_PADDING);
    rans->end = rans->words + bytes;
    return true;
}

void wn_rans_close(struct rans_reader *rans)
{
    free(rans->words);
    free(rans->slots);
    *rans = (struct rans_reader){0};
}

wn_status wn_rans_open(struct rans_reader *rans, struct byte_reader *r,
                       const struct count_codes *codes)
{
    *rans = (struct rans_reader){0};
    const size_t bytes = 2 * (size_t)wn_read_u32(r);
    const uint8_t *stored = wn_read_bytes(r, bytes);
    if (!stored)
        return WN_ERR_TRUNCATED;
    if (bytes < 2 * RANS_HEAD_WORDS)
        return WN_ERR_CORRUPT;
    if (!slots_create(codes, rans) || !copy_words(stored, bytes, rans)) {
        wn_rans_close(rans);
        return WN_ERR_MEMORY;
    }
    for (size_t k = 0; k < STATES; k++)
        rans->state[k] = load_u32(rans->words + 4 * k);
    rans->word = rans->words + 2 * RANS_HEAD_WORDS;
    fill_order(rans->order);
    return WN_OK;
}

/* Decode a symbol from the state whose turn it is, and read a word into it if needed. Branch-free,
 * as whether a word is needed cannot be predicted. */
static uint8_t take_symbol(struct rans_reader *rans, uint8_t context)
{
    if (rans->word > rans->end)
        return 0;
    uint32_t *state = &rans->state[rans->turn];
    const uint32_t known = context < rans->contexts ? context : rans->contexts;
    const uint32_t entry = rans->slots[known * SLOTS + *state % SLOTS];
    const uint32_t x = (entry >> 20) * (*state / SLOTS) + (entry >> 8) % SLOTS;
    const uint32_t low = x < RANS_MIN_STATE;
    *state = x << 16 * low | (load_u16(rans->word) & -low);
    rans->word += 2 * low;
    rans->turn = (rans->turn + 1) % STATES;
    return (uint8_t)entry;
}

static void take_symbols(struct rans_reader *rans, const uint8_t *context, size_t n,
                         uint8_t *symbol)
{
    for (size_t i = 0; i < n; i++)
        symbol[i] = take_symbol(rans, context[i]);
}

#if defined(__x86_64__)
#include <immintrin.h>

/* The same for eight states. */
__attribute__((target("avx2,popcnt"))) static inline __m256i
take_eight(const struct rans_reader *rans, __m256i state, const uint8_t *context,
           const uint8_t **next_word, uint8_t *symbol)
{
    const __m256i last_slot = _mm256_set1_epi32(SLOTS - 1);
    const __m256i any_context = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)context));
    const __m256i known = _mm256_min_epu32(any_context, _mm256_set1_epi32((int)rans->contexts));
    const __m256i first = _mm256_slli_epi32(known, SLOT_BITS);
    const __m256i slot = _mm256_or_si256(first, _mm256_and_si256(state, last_slot));
    const __m256i entry = _mm256_i32gather_epi32((const void *)rans->slots, slot, 4);
    const __m256i product =
        _mm256_mullo_epi32(_mm256_srli_epi32(entry, 20), _mm256_srli_epi32(state, SLOT_BITS));
    const __m256i offset = _mm256_and_si256(_mm256_srli_epi32(entry, 8), last_slot);
    const __m256i x = _mm256_add_epi32(product, offset);

    const __m256i low = _mm256_cmpeq_epi32(_mm256_srli_epi32(x, 16), _mm256_setzero_si256());
    const unsigned mask = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(low));
    const __m256i order = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)rans->order[mask]));
    const __m256i next = _mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)*next_word));
    const __m256i word = _mm256_permutevar8x32_epi32(next, order);
    *next_word += 2 * __builtin_popcount(mask);

    /* the symbols: the lowest byte of each entry */
    const __m256i bytes = _mm256_shuffle_epi8(entry, _mm256_set1_epi32(0x0c080400));
    const __m256i both = _mm256_permutevar8x32_epi32(bytes, _mm256_set1_epi64x((long long)4 << 32));
    _mm_storel_epi64((void *)symbol, _mm256_castsi256_si128(both));
    return _mm256_blendv_epi8(x, _mm256_or_si256(_mm256_slli_epi32(x, 16), word), low);
}

/* Whole rounds of all states, beginning with the first: n is a multiple of STATES. Three times as
 * fast as symbol by symbol. */
__attribute__((target("avx2,popcnt"))) static void
take_rounds_avx2(struct rans_reader *rans, const uint8_t *context, size_t n, uint8_t *symbol)
{
    __m256i *const state = (void *)rans->state;
    __m256i a = _mm256_loadu_si256(state), b = _mm256_loadu_si256(state + 1);
    __m256i c = _mm256_loadu_si256(state + 2), d = _mm256_loadu_si256(state + 3);
    const uint8_t *word = rans->word;
    size_t i = 0;
    for (; i < n && word <= rans->end; i += STATES) {
        a = take_eight(rans, a, context + i, &word, symbol + i);
        b = take_eight(rans, b, context + i + 8, &word, symbol + i + 8);
        c = take_eight(rans, c, context + i + 16, &word, symbol + i + 16);
        d = take_eight(rans, d, context + i + 24, &word, symbol + i + 24);
    }
    _mm256_storeu_si256(state, a);
    _mm256_storeu_si256(state + 1, b);
    _mm256_storeu_si256(state + 2, c);
    _mm256_storeu_si256(state + 3, d);
    memset(symbol + i, 0, n - i);
    rans->word = word;
}

static void take_rounds(struct rans_reader *rans, const uint8_t *context, size_t n, uint8_t *symbol)
{
    if (__builtin_cpu_supports("avx2"))
        take_rounds_avx2(rans, context, n, symbol);
    else
        take_symbols(rans, context, n, symbol);
}
#else
static void take_rounds(struct rans_reader *rans, const uint8_t *context, size_t n, uint8_t *symbol)
{
    take_symbols(rans, context, n, symbol);
}
#endif

void wn_rans_next(struct rans_reader *rans, const uint8_t *context, size_t n, uint8_t *symbol)
{
    const size_t turns = (STATES - rans->turn) % STATES, begin = turns < n ? turns : n;
    const size_t end = begin + (n - begin) / STATES * STATES;
    take_symbols(rans, context, begin, symbol);
    take_rounds(rans, context + begin, end - begin, symbol + begin);
    take_symbols(rans, context + end, n - end, symbol + end);
}

bool wn_rans_is_at_end(const struct rans_reader *rans)
{
    bool at_start = rans->word == rans->end;
    for (size_t k = 0; k < STATES; k++)
        at_start = at_start && rans->state[k] == RANS_MIN_STATE;
    return at_start;
}
