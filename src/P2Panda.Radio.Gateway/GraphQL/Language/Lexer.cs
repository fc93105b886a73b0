using System.Text;

namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>
/// Cuts a document into tokens (section 2.1). At the first thing that is none it keeps the error and from then on yields nothing but the
/// end, so that whoever reads finishes by itself.
/// </summary>
internal sealed class Lexer(string source, int maxTokens)
{
    private int _position;
    private int _line = 1;
    private int _lineStart;
    private int _count;

    /// <summary>The first error.</summary>
    public GraphQLError? Error { get; private set; }

    /// <summary>The next token; the end again and again once it is reached.</summary>
    public Token Next()
    {
        SkipIgnored();
        var location = Here;
        if (Error is not null || _position >= source.Length)
        {
            return new Token(TokenKind.End, string.Empty, location);
        }

        if (++_count > maxTokens)
        {
            return Fail($"The document has more than {maxTokens} tokens", location);
        }

        var character = source[_position];
        return character switch
        {
            '!' or '$' or '&' or '(' or ')' or ':' or '=' or '@' or '[' or ']' or '{' or '|' or '}' =>
                Take(TokenKind.Punctuator, _position + 1, location),
            '.' when source.AsSpan(_position).StartsWith("...") => Take(TokenKind.Punctuator, _position + 3, location),
            '"' when source.AsSpan(_position).StartsWith("\"\"\"") => ReadBlockString(location),
            '"' => ReadString(location),
            '-' or (>= '0' and <= '9') => ReadNumber(location),
            _ when IsNameStart(character) => ReadName(location),
            _ => Fail($"Unexpected character U+{(int)character:X4}", location),
        };
    }

    /// <summary>Keeps an error and ends the document, unless there was one before.</summary>
    public Token Fail(string message, Location location)
    {
        Error ??= new GraphQLError(message, location);
        _position = source.Length;
        return new Token(TokenKind.End, string.Empty, location);
    }

    public static bool IsNameStart(char character) => character == '_' || char.IsAsciiLetter(character);

    public static bool IsNamePart(char character) => character == '_' || char.IsAsciiLetterOrDigit(character);

    private Location Here => new(_line, _position - _lineStart + 1);

    private Token Take(TokenKind kind, int end, Location location)
    {
        var text = source[_position..end];
        _position = end;
        return new Token(kind, text, location);
    }

    private char At(int position) => position < source.Length ? source[position] : '\0';

    private void SkipIgnored()
    {
        while (_position < source.Length)
        {
            switch (source[_position])
            {
                case ' ' or '\t' or ',' or '\uFEFF':
                    _position++;
                    break;
                case '\n' or '\r':
                    SkipLineEnd();
                    break;
                case '#':
                    while (_position < source.Length && source[_position] is not ('\n' or '\r'))
                    {
                        _position++;
                    }

                    break;
                default:
                    return;
            }
        }
    }

    private void SkipLineEnd()
    {
        _position += source[_position] == '\r' && At(_position + 1) == '\n' ? 2 : 1;
        _line++;
        _lineStart = _position;
    }

    private Token ReadName(Location location)
    {
        var end = _position;
        while (end < source.Length && IsNamePart(source[end]))
        {
            end++;
        }

        return Take(TokenKind.Name, end, location);
    }

    private Token ReadNumber(Location location)
    {
        var end = At(_position) == '-' ? _position + 1 : _position;
        var digits = SkipDigits(ref end);
        if (digits == 0 || (digits > 1 && source[end - digits] == '0'))
        {
            return Fail("A number needs digits and no zero in front of them", location);
        }

        var kind = TokenKind.Int;
        if (At(end) == '.')
        {
            kind = TokenKind.Float;
            end++;
            if (SkipDigits(ref end) == 0)
            {
                return Fail("A number needs digits after its point", location);
            }
        }

        if (At(end) is 'e' or 'E')
        {
            kind = TokenKind.Float;
            end += At(end + 1) is '+' or '-' ? 2 : 1;
            if (SkipDigits(ref end) == 0)
            {
                return Fail("A number needs digits in its exponent", location);
            }
        }

        // 2.9.1: what follows must not look like more of it.
        return At(end) == '.' || IsNameStart(At(end)) ? Fail("A number ends where something else begins", location) : Take(kind, end, location);
    }

    private int SkipDigits(ref int end)
    {
        var start = end;
        while (char.IsAsciiDigit(At(end)))
        {
            end++;
        }

        return end - start;
    }

    private Token ReadString(Location location)
    {
        var end = source.AsSpan(_position + 1).IndexOfAny("\"\\\n\r") + _position + 1;
        if (At(end) == '"' && end > _position)
        {
            // Nothing to unescape, as in every encoded entry.
            var plain = source[(_position + 1)..end];
            _position = end + 1;
            return IsText(plain) ? new Token(TokenKind.String, plain, location) : Fail("A text has a character that is not allowed", location);
        }

        var text = new StringBuilder();
        for (var position = _position + 1; position < source.Length;)
        {
            var character = source[position++];
            switch (character)
            {
                case '"':
                    _position = position;
                    return new Token(TokenKind.String, text.ToString(), location);
                case '\n' or '\r':
                    return Fail("A text does not end on its line", location);
                case '\\':
                    if (!TryUnescape(ref position, out character))
                    {
                        return Fail("A text has an escape sequence that is none", location);
                    }

                    break;
                case < ' ' and not '\t':
                    return Fail("A text has a character that is not allowed", location);
            }

            text.Append(character);
        }

        return Fail("A text does not end", location);
    }

    private static bool IsText(ReadOnlySpan<char> text) => text.IndexOfAnyInRange('\0', '\u001F') < 0 || text.ToArray().All(c => c is >= ' ' or '\t');

    private bool TryUnescape(ref int position, out char character)
    {
        character = At(position++) switch
        {
            '"' => '"',
            '\\' => '\\',
            '/' => '/',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => 'u',
            _ => '\0',
        };
        if (character != 'u')
        {
            return character != '\0';
        }

        var digits = source.AsSpan(position, Math.Min(4, source.Length - position));
        if (digits.Length < 4 || !ushort.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code))
        {
            return false;
        }

        position += 4;
        character = (char)code;
        return true;
    }

    private Token ReadBlockString(Location location)
    {
        var raw = new StringBuilder();
        _position += 3;
        while (_position < source.Length)
        {
            var rest = source.AsSpan(_position);
            if (rest.StartsWith("\"\"\""))
            {
                _position += 3;
                return new Token(TokenKind.String, BlockString.Unindent(raw.ToString()), location);
            }

            if (rest.StartsWith("\\\"\"\""))
            {
                raw.Append("\"\"\"");
                _position += 4;
            }
            else if (rest[0] is '\n' or '\r')
            {
                SkipLineEnd();
                raw.Append('\n');
            }
            else if (rest[0] is < ' ' and not '\t')
            {
                return Fail("A text has a character that is not allowed", location);
            }
            else
            {
                raw.Append(rest[0]);
                _position++;
            }
        }

        return Fail("A text does not end", location);
    }
}
