using FlowLog.Protocol.Errors;

namespace FlowLog.Client.Administration;

/// <summary>Outcome for one of several things asked for; <see cref="ErrorCode.None"/> is success.</summary>
/// <param name="Code">The error.</param>
/// <param name="Message">The broker's sentence, or null.</param>
public readonly record struct AdminError(ErrorCode Code, string? Message = null)
{
    /// <summary>True when it worked.</summary>
    public bool IsSuccess => Code == ErrorCode.None;

    /// <summary>Throws a <see cref="FlowLogException"/> unless it worked.</summary>
    public void ThrowIfFailed()
    {
        if (!IsSuccess)
            throw Failures.Of(Code, Message);
    }
}

/// <summary>Answer for one of several things asked for: a value or an error.</summary>
public readonly struct AdminResult<T>
{
    private readonly T? _value;

    /// <summary>A success.</summary>
    public AdminResult(T value) => _value = value;

    /// <summary>A failure.</summary>
    public AdminResult(AdminError error) => Error = error;

    /// <summary>The error, or success.</summary>
    public AdminError Error { get; }

    /// <summary>True when there is a value.</summary>
    public bool IsSuccess => Error.IsSuccess;

    /// <summary>The value.</summary>
    /// <exception cref="FlowLogException">There is an error instead.</exception>
    public T Value
    {
        get
        {
            Error.ThrowIfFailed();
            return _value!;
        }
    }
}
