using System.ComponentModel.DataAnnotations;
using P2Panda.Libp2p;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>A list of peer ids; where <see cref="AllowsEverybody"/>, "*" may stand alone for everybody.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PeerIdsAttribute : ValidationAttribute
{
    public const string Everybody = "*";

    public bool AllowsEverybody { get; init; }

    public override bool IsValid(object? value)
    {
        var items = (IReadOnlyList<string>)value!;
        return (AllowsEverybody && items is [Everybody]) || items.All(item => PeerId.TryParse(item, out _));
    }

    public override string FormatErrorMessage(string name) =>
        $"must be a list of peer ids such as 12D3KooW…{(AllowsEverybody ? ", or [\"*\"] for everybody" : "")}";
}
