using System.ComponentModel.DataAnnotations;
using P2Panda.Core.Operations;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>A list of schema ids; where <see cref="AllowsEverything"/>, "*" may stand alone for all.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SchemaIdsAttribute : ValidationAttribute
{
    public const string Everything = "*";

    public bool AllowsEverything { get; init; }

    public override bool IsValid(object? value)
    {
        var items = (IReadOnlyList<string>)value!;
        return (AllowsEverything && items is [Everything]) || items.All(item => SchemaId.TryParse(item, out _));
    }

    public override string FormatErrorMessage(string name) =>
        $"must be a list of schema ids such as blob_v1 or chat_0020…{(AllowsEverything ? ", or [\"*\"] for all" : "")}";
}
