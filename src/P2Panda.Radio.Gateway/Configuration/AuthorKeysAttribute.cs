using System.ComponentModel.DataAnnotations;
using P2Panda.Core.Keys;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>A list of authors' public keys.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AuthorKeysAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => ((IReadOnlyList<string>)value!).All(item => PublicKey.TryParse(item, out _));

    public override string FormatErrorMessage(string name) => "must be a list of public keys, 64 hexadecimal digits each";
}
