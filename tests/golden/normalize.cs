// Unicode normalization: every character in all forms, the order of marks, Hangul, words
// without their accents.
using System;
using System.Globalization;
using System.Linq;
using System.Text;

static class Normalize
{
    static readonly NormalizationForm[] forms = {
        NormalizationForm.FormC, NormalizationForm.FormD, NormalizationForm.FormKC, NormalizationForm.FormKD };

    static string Codes(string text)
    {
        return string.Join(" ", text.Select(c => ((int)c).ToString("x4")));
    }

    // Mono's table is damaged at its end and for a few single characters.
    static bool IsSound(int c)
    {
        return c >> 8 != 0x1b && c != 0x2c7c && c != 0x2c7d && c >> 8 != 0xa7;
    }

    static uint Hash(uint hash, string text)
    {
        foreach (char c in text)
            hash = (hash ^ c) * 16777619;
        return hash;
    }

    static void Blocks()
    {
        for (int block = 0; block < 0xf9; block++) {
            if (block >= 0xac && block < 0xe0) // Hangul is computed, surrogates are no characters
                continue;
            uint hash = 2166136261;
            int changed = 0;
            for (int c = block << 8; c < block + 1 << 8; c++) {
                var text = ((char)c).ToString();
                foreach (var form in forms.Where(form => IsSound(c))) {
                    var normal = text.Normalize(form);
                    hash = Hash(hash, normal);
                    if (normal != text)
                        changed++;
                    if (text.IsNormalized(form) != (normal == text))
                        hash++;
                }
            }
            if (changed != 0)
                Console.WriteLine("{0:x2} {1} {2:x8}", block, changed, hash);
        }
    }

    static string Plain(string text)
    {
        return string.Concat(text.Normalize(NormalizationForm.FormD)
            .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark));
    }

    static void Main()
    {
        Blocks();
        var samples = new[] {
            "r\u00e9sum\u00e9", "a\u0301\u0323", "a\u0323\u0301", "\u1ea5\u0323", "\u1112\u1161\u11ab", "\ud55c\uae00",
            "\u212b\u2126", "\u0344\u0958", "q\u0307\u0323", "\u1e9b\u0323", "\u2460\u2163\u33a5", "\u0308\u00a8", "" };
        foreach (var sample in samples)
            foreach (var form in forms)
                Console.WriteLine("{0} {1}: {2} {3}", form, Codes(sample), Codes(sample.Normalize(form)),
                                  sample.IsNormalized(form));
        Console.WriteLine(Plain("Cr\u00e8me br\u00fbl\u00e9e, \u010de\u0161tina, ti\u1ebfng Vi\u1ec7t, \u00c5ngstr\u00f6m"));
    }
}
