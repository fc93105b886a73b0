namespace P2Panda.Radio.Gateway.Api.Description;

/// <summary>The body that a call takes, as JSON.</summary>
internal sealed record OpenApiBody(Type Type);
