namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>
/// Reads executable documents (section 2). Every document of bounded length is read in bounded time, memory and stack; at the first error
/// the lexer runs dry and all loops end.
/// </summary>
internal sealed class Parser
{
    private readonly Lexer _lexer;
    private readonly GraphQLLimits _limits;
    private Token _token;
    private int _nesting;

    private Parser(string source, GraphQLLimits limits)
    {
        _lexer = new Lexer(source, limits.MaxTokens);
        _limits = limits;
        _token = _lexer.Next();
    }

    /// <summary>Reads a document.</summary>
    public static (Document? Document, GraphQLError? Error) Parse(string source, GraphQLLimits limits)
    {
        var parser = new Parser(source, limits);
        var document = parser.ReadDocument();
        return parser._lexer.Error is { } error ? (null, error) : (document, null);
    }

    /// <summary>Reads one constant value, as schemas give as defaults.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static InputNode ParseConstant(string source)
    {
        var parser = new Parser(source, new GraphQLLimits());
        var value = parser.ReadValue(isConstant: true);
        return parser._lexer.Error is null && parser._token.Kind == TokenKind.End
            ? value
            : throw new FormatException($"'{source}' is no GraphQL value.");
    }

    private Document ReadDocument()
    {
        var operations = new List<OperationDefinition>();
        var fragments = new List<FragmentDefinition>();
        do
        {
            switch (_token)
            {
                case { Kind: TokenKind.Name, Text: "fragment" }:
                    fragments.Add(ReadFragment());
                    break;
                case { Kind: TokenKind.Name, Text: "query" or "mutation" or "subscription" } or { Kind: TokenKind.Punctuator, Text: "{" }:
                    operations.Add(ReadOperation());
                    break;
                default:
                    Fail("an operation or a fragment");
                    break;
            }
        }
        while (_token.Kind != TokenKind.End);
        if (operations.Count + fragments.Count > _limits.MaxDefinitions)
        {
            _lexer.Fail($"The document has more than {_limits.MaxDefinitions} operations and fragments", _token.Location);
        }

        return new Document(operations, fragments);
    }

    private OperationDefinition ReadOperation()
    {
        var location = _token.Location;
        if (_token.Is("{"))
        {
            return new OperationDefinition(OperationKind.Query, null, [], [], ReadSelections(), location);
        }

        var kind = Advance().Text switch
        {
            "query" => OperationKind.Query,
            "mutation" => OperationKind.Mutation,
            _ => OperationKind.Subscription,
        };
        var name = _token.Kind == TokenKind.Name ? Advance().Text : null;
        var variables = _token.Is("(") ? ReadMany("(", ")", ReadVariableDefinition) : [];
        return new OperationDefinition(kind, name, variables, ReadDirectives(isConstant: false), ReadSelections(), location);
    }

    private FragmentDefinition ReadFragment()
    {
        var location = Advance().Location;
        if (_token.IsKeyword("on"))
        {
            Fail("a name of the fragment");
        }

        var name = ReadName();
        ExpectKeyword("on");
        var type = ReadName();
        return new FragmentDefinition(name, type, ReadDirectives(isConstant: false), ReadSelections(), location);
    }

    private VariableDefinition ReadVariableDefinition()
    {
        var location = _token.Location;
        Expect("$");
        var name = ReadName();
        Expect(":");
        var type = ReadType();
        var value = TrySkip("=") ? ReadValue(isConstant: true) : null;
        return new VariableDefinition(name, type, value, ReadDirectives(isConstant: true), location);
    }

    private TypeReference ReadType()
    {
        TypeReference type;
        if (TryEnter("["))
        {
            type = new TypeReference.List(ReadType());
            Leave("]");
        }
        else
        {
            type = new TypeReference.Named(ReadName());
        }

        return TrySkip("!") ? new TypeReference.NonNull(type) : type;
    }

    private List<Selection> ReadSelections() => ReadMany("{", "}", ReadSelection);

    private Selection ReadSelection()
    {
        var location = _token.Location;
        if (!TrySkip("..."))
        {
            return ReadField(location);
        }

        if (_token.Kind == TokenKind.Name && !_token.IsKeyword("on"))
        {
            return new Selection.Spread(ReadName(), ReadDirectives(isConstant: false), location);
        }

        string? type = null;
        if (_token.IsKeyword("on"))
        {
            Advance();
            type = ReadName();
        }

        return new Selection.Inline(type, ReadDirectives(isConstant: false), ReadSelections(), location);
    }

    private Selection.Field ReadField(Location location)
    {
        var name = ReadName();
        string? alias = null;
        if (TrySkip(":"))
        {
            alias = name;
            name = ReadName();
        }

        var arguments = ReadArguments(isConstant: false);
        var directives = ReadDirectives(isConstant: false);
        return new Selection.Field(alias, name, arguments, directives, _token.Is("{") ? ReadSelections() : [], location);
    }

    private List<Directive> ReadDirectives(bool isConstant)
    {
        var directives = new List<Directive>();
        while (_token.Is("@"))
        {
            var location = Advance().Location;
            directives.Add(new Directive(ReadName(), ReadArguments(isConstant), location));
        }

        return directives;
    }

    private List<ArgumentNode> ReadArguments(bool isConstant) =>
        _token.Is("(") ? ReadMany("(", ")", () => ReadArgument(isConstant)) : [];

    private ArgumentNode ReadArgument(bool isConstant)
    {
        var location = _token.Location;
        var name = ReadName();
        Expect(":");
        return new ArgumentNode(name, ReadValue(isConstant), location);
    }

    private InputNode ReadValue(bool isConstant)
    {
        var location = _token.Location;
        switch (_token)
        {
            case { Kind: TokenKind.Int }:
                return new InputNode.Int(Advance().Text, location);
            case { Kind: TokenKind.Float }:
                return new InputNode.Float(Advance().Text, location);
            case { Kind: TokenKind.String }:
                return new InputNode.String(Advance().Text, location);
            case { Kind: TokenKind.Name }:
                return Advance().Text switch
                {
                    "true" => new InputNode.Boolean(true, location),
                    "false" => new InputNode.Boolean(false, location),
                    "null" => new InputNode.Null(location),
                    var name => new InputNode.Enum(name, location),
                };
            case { Kind: TokenKind.Punctuator, Text: "$" } when !isConstant:
                Advance();
                return new InputNode.Variable(ReadName(), location);
            case { Kind: TokenKind.Punctuator, Text: "[" }:
                return new InputNode.List(ReadMany("[", "]", () => ReadValue(isConstant), atLeast: 0), location);
            case { Kind: TokenKind.Punctuator, Text: "{" }:
                return new InputNode.Object(ReadMany("{", "}", () => ReadArgument(isConstant), atLeast: 0), location);
            default:
                Fail(isConstant ? "a constant value" : "a value");
                return new InputNode.Null(location);
        }
    }

    private List<T> ReadMany<T>(string open, string close, Func<T> read, int atLeast = 1)
    {
        var items = new List<T>();
        if (!TryEnter(open))
        {
            Fail($"'{open}'");
            return items;
        }

        while (_token.Kind != TokenKind.End && (items.Count < atLeast || !_token.Is(close)))
        {
            items.Add(read());
        }

        Leave(close);
        return items;
    }

    private bool TryEnter(string open)
    {
        if (!_token.Is(open))
        {
            return false;
        }

        if (++_nesting > _limits.MaxNesting)
        {
            _token = _lexer.Fail($"The document is nested deeper than {_limits.MaxNesting}", _token.Location);
            return true;
        }

        Advance();
        return true;
    }

    private void Leave(string close)
    {
        _nesting--;
        Expect(close);
    }

    private Token Advance()
    {
        var token = _token;
        _token = _lexer.Next();
        return token;
    }

    private bool TrySkip(string punctuator)
    {
        if (!_token.Is(punctuator))
        {
            return false;
        }

        Advance();
        return true;
    }

    private void Expect(string punctuator)
    {
        if (!TrySkip(punctuator))
        {
            Fail($"'{punctuator}'");
        }
    }

    private void ExpectKeyword(string word)
    {
        if (_token.IsKeyword(word))
        {
            Advance();
        }
        else
        {
            Fail($"'{word}'");
        }
    }

    private string ReadName()
    {
        if (_token.Kind == TokenKind.Name)
        {
            return Advance().Text;
        }

        Fail("a name");
        return string.Empty;
    }

    private void Fail(string expected) => _token = _lexer.Fail($"Expected {expected}, found {_token}", _token.Location);
}
