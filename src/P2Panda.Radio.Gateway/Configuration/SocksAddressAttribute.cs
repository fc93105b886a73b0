using System.ComponentModel.DataAnnotations;
using System.Net;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>An IP address with a port, or nothing. No name: looking it up would be a packet beside the proxy.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SocksAddressAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) =>
        value is "" || (IPEndPoint.TryParse((string)value!, out var endPoint) && endPoint.Port != 0);

    public override string FormatErrorMessage(string name) => "must be an IP address with a port, for example 127.0.0.1:9050, or empty";
}
