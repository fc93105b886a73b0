namespace P2Panda.Radio.Gateway.Api.Access;

/// <summary>Who sent a request, as far as that can be known.</summary>
/// <param name="IsLocal">Whether it came from this machine itself, and through no proxy.</param>
/// <param name="HasToken">Whether it carries the token.</param>
/// <param name="MayPublish">Whether it may publish entries.</param>
internal sealed record Caller(bool IsLocal, bool HasToken, bool MayPublish);
