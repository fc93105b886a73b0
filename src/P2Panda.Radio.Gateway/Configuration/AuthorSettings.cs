using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Configuration;

internal sealed class AuthorSettings
{
    [Description("Path of the private key file (mode 0600); 'keys new' makes one.")]
    public string KeyFile { get; init; } = "author.key";
}
