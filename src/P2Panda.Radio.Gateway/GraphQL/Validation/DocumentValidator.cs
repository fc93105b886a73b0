using P2Panda.Radio.Gateway.GraphQL.Language;
using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.GraphQL.Validation;

/// <summary>
/// Checks that a document makes sense for a schema (section 5), except that fields of one name can be merged (5.3.2), which making a plan
/// checks. Every part of the document is looked at once, whatever fragments spread each other.
/// </summary>
internal sealed class DocumentValidator
{
    private readonly Schema _schema;
    private readonly Document _document;
    private readonly GraphQLLimits _limits;
    private readonly List<GraphQLError> _errors = [];
    private readonly VariableUsages _usages = new();
    private readonly InputCoercion _coercion;
    private readonly Dictionary<string, FragmentDefinition> _fragments = [];
    private readonly Dictionary<string, List<VariableUsage>> _usagesOfFragment = [];
    private readonly Dictionary<string, HashSet<string>> _spreadsOfFragment = [];
    private HashSet<string> _spreads = [];

    private DocumentValidator(Schema schema, Document document, GraphQLLimits limits)
    {
        _schema = schema;
        _document = document;
        _limits = limits;
        _coercion = new InputCoercion(_usages);
    }

    /// <summary>Everything that is wrong, up to a number of errors; nothing when the document is valid.</summary>
    public static IReadOnlyList<GraphQLError> Validate(Schema schema, Document document, GraphQLLimits limits)
    {
        var validator = new DocumentValidator(schema, document, limits);
        validator.CheckOperationNames();
        validator.CheckFragments();
        validator.CheckCycles();
        var spread = new HashSet<string>();
        foreach (var operation in document.Operations)
        {
            validator.CheckOperation(operation, spread);
        }

        foreach (var fragment in document.Fragments.Where(fragment => !spread.Contains(fragment.Name)))
        {
            validator.Report($"Fragment '{fragment.Name}' is never used", fragment.Location);
        }

        return validator._errors;
    }

    /// <summary>5.2.1 and 5.2.2.</summary>
    private void CheckOperationNames()
    {
        var names = new HashSet<string>();
        foreach (var operation in _document.Operations)
        {
            if (operation.Name is null && _document.Operations.Count > 1)
            {
                Report("An operation without a name must be the only one", operation.Location);
            }
            else if (operation.Name is not null && !names.Add(operation.Name))
            {
                Report($"There are two operations '{operation.Name}'", operation.Location);
            }
        }

        if (_document.Operations.Count == 0)
        {
            Report("There is no operation", new Location(1, 1));
        }
    }

    /// <summary>5.5.1, and what is in fragments.</summary>
    private void CheckFragments()
    {
        foreach (var fragment in _document.Fragments)
        {
            if (!_fragments.TryAdd(fragment.Name, fragment))
            {
                Report($"There are two fragments '{fragment.Name}'", fragment.Location);
            }
        }

        foreach (var fragment in _fragments.Values)
        {
            CheckDirectives(fragment.Directives, canBeHere: false);
            Begin();
            if (FindObject(fragment.TypeCondition, fragment.Location) is { } type)
            {
                CheckSelections(type, fragment.Selections);
            }

            _usagesOfFragment[fragment.Name] = _usages.Places;
            _spreadsOfFragment[fragment.Name] = _spreads;
        }
    }

    /// <summary>5.5.2.2. Fragments from which nothing leads back are taken away until only cycles are left.</summary>
    private void CheckCycles()
    {
        var left = _spreadsOfFragment.ToDictionary(pair => pair.Key, pair => pair.Value.Where(_fragments.ContainsKey).ToHashSet());
        var usedBy = left.SelectMany(pair => pair.Value.Select(used => (used, by: pair.Key))).ToLookup(pair => pair.used, pair => pair.by);
        var ends = new Queue<string>(left.Where(pair => pair.Value.Count == 0).Select(pair => pair.Key));
        while (ends.TryDequeue(out var end))
        {
            left.Remove(end);
            foreach (var by in usedBy[end].Where(by => left[by].Remove(end) && left[by].Count == 0))
            {
                ends.Enqueue(by);
            }
        }

        if (left.Count > 0)
        {
            var first = _fragments[left.Keys.First()];
            Report($"Fragment '{first.Name}' spreads itself, or one that does", first.Location);
        }
    }

    private void CheckOperation(OperationDefinition operation, HashSet<string> spread)
    {
        CheckDirectives(operation.Directives, canBeHere: false);
        if (_schema.RootOf(operation.Kind) is not { } root)
        {
            Report($"There are no {operation.Kind.ToString().ToLowerInvariant()}s here", operation.Location);
            return;
        }

        Begin();
        CheckSelections(root, operation.Selections);
        var reached = Reach(_spreads);
        spread.UnionWith(reached);
        CheckVariables(operation, [.. _usages.Places, .. reached.SelectMany(name => _usagesOfFragment.GetValueOrDefault(name, []))]);
    }

    private HashSet<string> Reach(IEnumerable<string> spreads)
    {
        var reached = new HashSet<string>();
        var waiting = new Stack<string>(spreads);
        while (waiting.TryPop(out var name))
        {
            if (reached.Add(name))
            {
                foreach (var next in _spreadsOfFragment.GetValueOrDefault(name, []))
                {
                    waiting.Push(next);
                }
            }
        }

        return reached;
    }

    /// <summary>5.8.</summary>
    private void CheckVariables(OperationDefinition operation, List<VariableUsage> usages)
    {
        var variables = new Dictionary<string, VariableDefinition>();
        var of = operation.Name is null ? "the operation" : $"'{operation.Name}'";
        foreach (var variable in operation.Variables)
        {
            CheckDirectives(variable.Directives, canBeHere: false);
            if (!variables.TryAdd(variable.Name, variable))
            {
                Report($"There are two variables '${variable.Name}'", variable.Location);
                continue;
            }

            var type = _schema.Find(variable.Type);
            if (type is null or { IsInput: false })
            {
                Report($"Variable '${variable.Name}' cannot be of '{variable.Type}'", variable.Location);
            }
            else if (variable.Default is not null && new InputCoercion(null).Coerce(type, variable.Default).Error is { } error)
            {
                Report($"The default of '${variable.Name}': {error.Message}", error.Location ?? variable.Location);
            }
        }

        foreach (var usage in usages)
        {
            if (!variables.TryGetValue(usage.Name, out var variable))
            {
                Report($"Variable '${usage.Name}' is not declared by {of}", usage.Location);
            }
            else if (_schema.Find(variable.Type) is { IsInput: true } type && !usage.Allows(type, variable.Default is not (null or InputNode.Null)))
            {
                Report($"Variable '${usage.Name}' of '{type}' stands where '{usage.Place}' is expected", usage.Location);
            }
        }

        var used = usages.Select(usage => usage.Name).ToHashSet();
        foreach (var variable in variables.Values.Where(variable => !used.Contains(variable.Name)))
        {
            Report($"Variable '${variable.Name}' is never used by {of}", variable.Location);
        }
    }

    private void CheckSelections(ObjectType type, IReadOnlyList<Selection> selections)
    {
        foreach (var selection in selections)
        {
            if (_errors.Count >= _limits.MaxErrors)
            {
                return;
            }

            CheckDirectives(selection.Directives, canBeHere: true);
            switch (selection)
            {
                case Selection.Field field:
                    CheckField(type, field);
                    break;
                case Selection.Inline inline:
                    if (inline.TypeCondition is null || CanBe(type, inline.TypeCondition, inline.Location))
                    {
                        CheckSelections(type, inline.Selections);
                    }

                    break;
                case Selection.Spread spread:
                    if (!_fragments.TryGetValue(spread.Name, out var fragment))
                    {
                        Report($"There is no fragment '{spread.Name}'", spread.Location);
                    }
                    else if (CanBe(type, fragment.TypeCondition, spread.Location))
                    {
                        _spreads.Add(spread.Name);
                    }

                    break;
            }
        }
    }

    /// <summary>5.3.1, 5.3.3 and 5.4.</summary>
    private void CheckField(ObjectType type, Selection.Field selection)
    {
        if (_schema.FindField(type, selection.Name) is not { } field)
        {
            Report($"Unknown field '{selection.Name}' on type '{type}'", selection.Location);
            return;
        }

        if (_coercion.CoerceMembers(field.Arguments, selection.Arguments, $"'{field.Name}'", selection.Location).Error is { } error)
        {
            _errors.Add(error);
        }

        if (field.Type.Named is not ObjectType inner)
        {
            if (selection.Selections.Count > 0)
            {
                Report($"'{selection.Name}' is a {field.Type} and has no fields", selection.Location);
            }
        }
        else if (selection.Selections.Count == 0)
        {
            Report($"'{selection.Name}' is a {field.Type}; say which of its fields", selection.Location);
        }
        else
        {
            CheckSelections(inner, selection.Selections);
        }
    }

    /// <summary>5.5.2.3: without interfaces and unions an object is of one type only.</summary>
    private bool CanBe(ObjectType type, string condition, Location location)
    {
        var other = FindObject(condition, location);
        if (other is not null && other != type)
        {
            Report($"A '{type}' is never a '{other}'", location);
        }

        return other == type;
    }

    private ObjectType? FindObject(string name, Location location)
    {
        if (_schema.Find(name) is ObjectType type)
        {
            return type;
        }

        Report($"There is no type '{name}' that has fields", location);
        return null;
    }

    /// <summary>5.7.</summary>
    private void CheckDirectives(IReadOnlyList<Directive> directives, bool canBeHere)
    {
        for (var i = 0; i < directives.Count; i++)
        {
            var directive = directives[i];
            if (DirectiveType.All.FirstOrDefault(type => type.Name == directive.Name) is not { } type)
            {
                Report($"There is no directive '@{directive.Name}'", directive.Location);
            }
            else if (!canBeHere)
            {
                Report($"'@{directive.Name}' cannot stand here", directive.Location);
            }
            else if (directives.Take(i).Any(other => other.Name == directive.Name))
            {
                Report($"'@{directive.Name}' stands here twice", directive.Location);
            }
            else if (_coercion.CoerceMembers([type.Argument], directive.Arguments, $"'@{type.Name}'", directive.Location).Error is { } error)
            {
                _errors.Add(error);
            }
        }
    }

    private void Begin()
    {
        _usages.Places = [];
        _spreads = [];
    }

    private void Report(string message, Location location)
    {
        if (_errors.Count < _limits.MaxErrors)
        {
            _errors.Add(new GraphQLError(message, location));
        }
    }
}
