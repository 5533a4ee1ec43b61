//! What is asked of the network and may fail at once.

macro_rules! network_calls {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $words:literal;)*) => {
        /// What code under test asks of the network.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum NetworkCall {
            $($(#[$doc])* $variant,)*
        }

        impl NetworkCall {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [NetworkCall] = &[$(NetworkCall::$variant),*];

            /// Its name in JSON.
            pub const fn name(self) -> &'static str {
                match self { $(NetworkCall::$variant => $name,)* }
            }

            /// The verb as traces write it, where it came to nothing.
            pub const fn words(self) -> &'static str {
                match self { $(NetworkCall::$variant => $words,)* }
            }
        }
    };
}

network_calls! {
    /// An address for a socket of its own.
    Bind = "bind", "cannot bind";
    /// A connection, or another to whom a socket sends.
    Connect = "connect", "cannot connect";
    /// A connection that came.
    Accept = "accept", "cannot accept from";
    /// A datagram is to go.
    Send = "send", "cannot send";
    /// The addresses of a name.
    LookUp = "look_up", "cannot look up";
}
