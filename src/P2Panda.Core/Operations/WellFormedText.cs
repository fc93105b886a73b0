namespace P2Panda.Core.Operations;

/// <summary>Text that UTF-8 can express: every surrogate is half of a pair.</summary>
internal static class WellFormedText
{
    /// <exception cref="ArgumentException">Half a surrogate pair is missing.</exception>
    public static string Require(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                throw new ArgumentException($"The text has half a surrogate pair at position {i}.", nameof(text));
            }

            i++;
        }

        return text;
    }
}
